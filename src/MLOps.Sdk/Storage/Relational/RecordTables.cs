using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>Applies a commit: first every expectation, then the positions, then the writes.</summary>
internal sealed class RecordTables(Database database, Catalog catalog)
{
    /// <summary>Rows of one insert of fields: few enough that any database takes the parameters, enough that calls cost little.</summary>
    private const int Bulk = 16;

    private static readonly string InsertField = Insert(1), InsertFields = Insert(Bulk);

    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken)
    {
        var (result, additions) = await database.WriteAsync(async (session, token) =>
        {
            var additions = catalog.Begin();
            var states = await StatesAsync(session, commit.Operations, additions, token).ConfigureAwait(false);
            var last = (await session.IntegerAsync("update mlops_meta set value = value + @p0 where name = 'position' returning value", [(long)states.Length], token).ConfigureAwait(false))!.Value;
            var versions = new long[states.Length];
            var fields = new FieldRows(session);
            for (var i = 0; i < states.Length; i++)
            {
                token.ThrowIfCancellationRequested();
                var (state, position) = (states[i], last - states.Length + 1 + i);
                versions[i] = commit.Operations[i] switch
                {
                    RecordPut put => await PutAsync(session, put, state, position, additions, fields, token).ConfigureAwait(false),
                    RecordDelete when state is { Record: { } record, Deleted: false } => await DeleteAsync(session, record, state.Version + 1, position, token).ConfigureAwait(false),
                    _ => state.Version,
                };
            }

            await fields.FlushAsync(token).ConfigureAwait(false);
            return (new CommitResult(last, versions), additions);
        }, cancellationToken).ConfigureAwait(false);
        additions.Committed();
        return result;
    }

    private static async ValueTask<State[]> StatesAsync(Session session, IReadOnlyList<RecordOperation> operations, Catalog.Additions additions, CancellationToken cancellationToken)
    {
        var states = new State[operations.Count];
        List<(RecordKey, long, long, bool)>? failures = null;
        for (var i = 0; i < states.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (key, expected) = operations[i];
            var state = new State(await additions.CollectionAsync(session, key.Collection, cancellationToken).ConfigureAwait(false), null, 0, false);
            await session.ReadAsync("select id, version, deleted from mlops_record where collection = @p0 and name = @p1", [state.Collection, key.Id], row =>
            {
                state = state with { Record = row.GetInt64(0), Version = row.GetInt64(1), Deleted = row.GetInt64(2) != 0 };
                return false;
            }, cancellationToken).ConfigureAwait(false);
            if (!CommitRules.Holds(expected, state.Version, state.Deleted)) (failures ??= []).Add((key, expected!.Value, state.Version, state.Deleted));
            states[i] = state;
        }

        return failures is null ? states : throw CommitRules.Conflict(failures);
    }

    private static async ValueTask<long> PutAsync(
        Session session, RecordPut put, State state, long position, Catalog.Additions additions, FieldRows rows, CancellationToken cancellationToken)
    {
        var fields = FieldBytes.Kept(put.Fields);
        IReadOnlyDictionary<string, FieldValue>? before = null;
        long record;
        if (state.Record is { } known)
        {
            record = known;
            if (!state.Deleted)
                await session.ReadAsync("select fields from mlops_document where record = @p0", [record], row =>
                {
                    before = FieldBytes.Read(row.IsDBNull(0) ? null : (byte[])row.GetValue(0));
                    return false;
                }, cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync("update mlops_record set version = @p1, position = @p2, deleted = 0 where id = @p0", [record, state.Version + 1, position], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            record = (await session.IntegerAsync(
                "insert into mlops_record (collection, name, version, position, deleted) values (@p0, @p1, 1, @p2, 0) returning id",
                [state.Collection, put.Key.Id, position], cancellationToken).ConfigureAwait(false))!.Value;
        }

        await session.ExecuteAsync(
            "insert into mlops_document (record, json, fields) values (@p0, @p1, @p2) on conflict (record) do update set json = excluded.json, fields = excluded.fields",
            [record, Bytes(put.Json), FieldBytes.Write(fields)], cancellationToken).ConfigureAwait(false);

        // Only what changed touches the index: most puts change one field of many.
        if (before is not null)
        {
            foreach (var name in before.Keys)
            {
                if (fields.ContainsKey(name)) continue;
                var id = await additions.NameAsync(session, state.Collection, name, cancellationToken).ConfigureAwait(false);
                await session.ExecuteAsync("delete from mlops_field where record = @p0 and name = @p1", [record, id], cancellationToken).ConfigureAwait(false);
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

    private static async ValueTask<long> DeleteAsync(Session session, long record, long version, long position, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("update mlops_record set version = @p1, position = @p2, deleted = 1 where id = @p0", [record, version, position], cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("delete from mlops_document where record = @p0", [record], cancellationToken).ConfigureAwait(false);
        await session.ExecuteAsync("delete from mlops_field where record = @p0", [record], cancellationToken).ConfigureAwait(false);
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
    private readonly record struct State(long Collection, long? Record, long Version, bool Deleted);

    /// <summary>Gathers index rows and writes them many at a time.</summary>
    private sealed class FieldRows(Session session)
    {
        private readonly object?[] _args = new object?[Bulk * 4];
        private int _count;

        public async ValueTask AddAsync(long record, long name, FieldValue value, CancellationToken cancellationToken)
        {
            (_args[_count], _args[_count + 1], _args[_count + 2], _args[_count + 3]) = (record, name, value.IsText ? null : value.Number, value.Text);
            if ((_count += 4) < _args.Length) return;
            _count = 0;
            await session.ExecuteAsync(InsertFields, _args, cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            for (var i = 0; i < _count; i += 4) await session.ExecuteAsync(InsertField, _args[i..(i + 4)], cancellationToken).ConfigureAwait(false);
            _count = 0;
        }
    }
}
