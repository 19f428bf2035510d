using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>Applies a commit: first every expectation, then the positions, then the writes.</summary>
internal sealed class RecordTables(Database database, Catalog catalog)
{
    /// <summary>Rows of one insert of fields: few enough that any database takes the parameters, enough that calls cost little.</summary>
    private const int Bulk = 16;

    private static readonly string[] Inserts = [.. Enumerable.Range(0, Bulk + 1).Select(Insert)];

    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken)
    {
        var (result, additions) = await database.WriteAsync(WriteLock.Records, async (session, token) =>
        {
            var additions = catalog.Begin();
            var (states, position) = await StatesAsync(session, commit.Operations, additions, token).ConfigureAwait(false);
            var last = position + states.Length;
            await session.PostAsync("update mlops_meta set value = @p0 where name = 'position'", [last], null, token).ConfigureAwait(false);
            var versions = new long[states.Length];
            var fields = new FieldRows(session);
            for (var i = 0; i < states.Length; i++)
            {
                token.ThrowIfCancellationRequested();
                var state = states[i];
                position++;
                versions[i] = commit.Operations[i] switch
                {
                    RecordPut put => await PutAsync(session, put, state, position, additions, fields, token).ConfigureAwait(false),
                    RecordDelete when state is { Record: { } record, Deleted: false } => await DeleteAsync(session, record, state.Version + 1, position, token).ConfigureAwait(false),
                    _ => state.Version,
                };
            }

            await fields.FlushAsync(token).ConfigureAwait(false);
            if (database.Dialect.Notify is { } notify) await session.PostAsync(notify, [], null, token).ConfigureAwait(false);
            return (new CommitResult(last, versions), session.IsEnlisted ? null : additions);
        }, cancellationToken).ConfigureAwait(false);
        additions?.Committed();
        return result;
    }

    /// <summary>The records before the commit, and the last position given.</summary>
    private static async ValueTask<(State[] States, long Position)> StatesAsync(Session session, IReadOnlyList<RecordOperation> operations, Catalog.Additions additions, CancellationToken cancellationToken)
    {
        var states = new State[operations.Count];
        var position = 0L;
        await session.PostAsync("select value from mlops_meta where name = 'position'", [], row =>
        {
            position = row.GetInt64(0);
            return false;
        }, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < states.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (key, at) = (operations[i].Key, i);
            var state = new State(await additions.CollectionAsync(session, key.Collection, cancellationToken).ConfigureAwait(false), null, 0, false, Shapes.Unknown, null);
            states[i] = state;
            await session.PostAsync(
                "select r.id, r.version, r.deleted, r.shape, d.fields from mlops_record r left join mlops_document d on d.record = r.id where r.collection = @p0 and r.name = @p1",
                [state.Collection, key.Id], row =>
                {
                    states[at] = state with { Record = row.GetInt64(0), Version = row.GetInt64(1), Deleted = row.GetInt64(2) != 0, Shape = row.GetInt64(3), Fields = row.IsDBNull(4) ? null : (byte[])row.GetValue(4) };
                    return false;
                }, cancellationToken).ConfigureAwait(false);
        }

        await session.FlushAsync(cancellationToken).ConfigureAwait(false);
        List<(RecordKey, long, long, bool)>? failures = null;
        for (var i = 0; i < states.Length; i++)
        {
            var (key, expected) = operations[i];
            if (!CommitRules.Holds(expected, states[i].Version, states[i].Deleted)) (failures ??= []).Add((key, expected!.Value, states[i].Version, states[i].Deleted));
        }

        return failures is null ? (states, position) : throw CommitRules.Conflict(failures);
    }

    private static async ValueTask<long> PutAsync(
        Session session, RecordPut put, State state, long position, Catalog.Additions additions, FieldRows rows, CancellationToken cancellationToken)
    {
        var fields = FieldBytes.Kept(put.Fields);
        var before = state is { Record: not null, Deleted: false } ? state.Fields is null ? [] : FieldBytes.Read(state.Fields) : null;
        // A record's number is the position of its first put, which no other record has.
        var record = state.Record ?? position;
        var shape = before is not null && state.Shape != Shapes.Unknown && HaveSameNames(before, fields)
            ? state.Shape
            : await ShapeAsync(session, state.Collection, fields, additions, cancellationToken).ConfigureAwait(false);
        if (state.Record is null)
            await session.PostAsync("insert into mlops_record (id, collection, name, version, position, deleted, shape) values (@p0, @p1, @p2, 1, @p0, 0, @p3)", [record, state.Collection, put.Key.Id, shape], null, cancellationToken).ConfigureAwait(false);
        else
            await session.PostAsync("update mlops_record set version = @p1, position = @p2, deleted = 0, shape = @p3 where id = @p0", [record, state.Version + 1, position, shape], null, cancellationToken).ConfigureAwait(false);
        await session.PostAsync(
            "insert into mlops_document (record, json, fields) values (@p0, @p1, @p2) on conflict (record) do update set json = excluded.json, fields = excluded.fields",
            [record, Bytes(put.Json), FieldBytes.Write(fields) ?? (object)Null.Bytes], null, cancellationToken).ConfigureAwait(false);

        // Only what changed touches the index: most puts change one field of many.
        if (before is not null)
        {
            foreach (var name in before.Keys)
            {
                if (fields.ContainsKey(name)) continue;
                var id = await additions.NameAsync(session, state.Collection, name, cancellationToken).ConfigureAwait(false);
                await session.PostAsync("delete from mlops_field where record = @p0 and name = @p1", [record, id], null, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (name, value) in fields)
        {
            if (before is not null && before.TryGetValue(name, out var old) && old == value) continue;
            var id = await additions.NameAsync(session, state.Collection, name, cancellationToken).ConfigureAwait(false);
            await rows.AddAsync(record, id, value, cancellationToken).ConfigureAwait(false);
        }

        return state.Version + 1;
    }

    private static bool HaveSameNames(IReadOnlyDictionary<string, FieldValue> before, Dictionary<string, FieldValue> after)
    {
        if (before.Count != after.Count) return false;
        foreach (var name in before.Keys)
            if (!after.ContainsKey(name)) return false;
        return true;
    }

    private static async ValueTask<long> ShapeAsync(Session session, long collection, Dictionary<string, FieldValue> fields, Catalog.Additions additions, CancellationToken cancellationToken)
    {
        var names = new List<long>(fields.Count);
        foreach (var name in fields.Keys) names.Add(await additions.NameAsync(session, collection, name, cancellationToken).ConfigureAwait(false));
        return await additions.ShapeAsync(session, collection, Shapes.Text(names), cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<long> DeleteAsync(Session session, long record, long version, long position, CancellationToken cancellationToken)
    {
        await session.PostAsync("update mlops_record set version = @p1, position = @p2, deleted = 1 where id = @p0", [record, version, position], null, cancellationToken).ConfigureAwait(false);
        await session.PostAsync("delete from mlops_document where record = @p0", [record], null, cancellationToken).ConfigureAwait(false);
        await session.PostAsync("delete from mlops_field where record = @p0", [record], null, cancellationToken).ConfigureAwait(false);
        return version;
    }

    /// <summary>The bytes as an array, copied only when they are a part of one.</summary>
    public static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && array.Length == memory.Length ? array : memory.ToArray();

    private static string Insert(int rows)
    {
        var sql = new StringBuilder("insert into mlops_field (record, name, number, text) values ");
        for (var i = 0; i < rows * 4; i++) sql.Append(i % 4 == 0 ? i == 0 ? "(" : ", (" : ", ").Append(Session.Name(i)).Append(i % 4 == 3 ? ")" : "");
        return sql.Append(" on conflict (record, name) do update set number = excluded.number, text = excluded.text").ToString();
    }

    /// <summary>A record before the commit; its number is null when it never existed.</summary>
    private readonly record struct State(long Collection, long? Record, long Version, bool Deleted, long Shape, byte[]? Fields);

    /// <summary>Gathers index rows and writes them many at a time.</summary>
    private sealed class FieldRows(Session session)
    {
        private object?[] _args = new object?[Bulk * 4];
        private int _count;

        public ValueTask AddAsync(long record, long name, FieldValue value, CancellationToken cancellationToken)
        {
            (_args[_count], _args[_count + 1]) = (record, name);
            _args[_count + 2] = value.IsText ? Null.Number : value.Number;
            _args[_count + 3] = value.Text ?? (object)Null.Text;
            if ((_count += 4) < _args.Length) return default;
            var full = _args;
            (_args, _count) = (new object?[Bulk * 4], 0);
            return session.PostAsync(Inserts[Bulk], full, null, cancellationToken);
        }

        /// <summary>Writes the rest by few statements, which come again with the next rest.</summary>
        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            for (var (rows, at) = (Bulk / 2, 0); rows > 0; rows /= 2)
            {
                if (_count - at < rows * 4) continue;
                await session.PostAsync(Inserts[rows], _args[at..(at + rows * 4)], null, cancellationToken).ConfigureAwait(false);
                at += rows * 4;
            }

            _count = 0;
        }
    }
}
