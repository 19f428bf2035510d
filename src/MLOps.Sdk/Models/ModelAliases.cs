using System.Runtime.CompilerServices;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Moves aliases and keeps every move: alias, history and the check that the version exists are one commit.</summary>
internal sealed class ModelAliases(RecordWriter writer, ModelRecords records)
{
    /// <summary>Moves an alias; one that points there already stays as it is and gets no new revision.</summary>
    public async ValueTask<ModelAlias> SetAsync(string model, string alias, int number, AliasMoveOptions options, CancellationToken cancellationToken)
    {
        Require(model, alias, options);
        await RequireVersionAsync(model, number, cancellationToken).ConfigureAwait(false);
        var current = await records.Aliases.GetAsync(ModelRecords.AliasId(model, alias), cancellationToken).ConfigureAwait(false);
        Expect(model, alias, current?.Value.Number ?? 0, options);
        return current?.Value.Number == number ? current.Value : await MoveAsync(model, alias, current, number, options, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken)
    {
        Require(model, alias, options);
        var current = await CurrentAsync(model, alias, cancellationToken).ConfigureAwait(false);
        Expect(model, alias, current.Value.Number, options);
        await MoveAsync(model, alias, current, 0, options, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ModelAlias> RollbackAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken)
    {
        Require(model, alias, options);
        if (string.IsNullOrWhiteSpace(options.Reason)) throw new MLOpsInvalidException("A rollback needs a reason: whoever looks at the history later wants to know what was wrong.");
        var current = await CurrentAsync(model, alias, cancellationToken).ConfigureAwait(false);
        Expect(model, alias, current.Value.Number, options);
        var number = await BeforeAsync(current.Value, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException(
                $"The alias '{alias}' of '{model}' pointed to no version before {current.Value.Number} that still exists: there is nothing to roll back to. Point it elsewhere with SetAliasAsync.");
        return await MoveAsync(model, alias, current, number, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The version beneath the present one: a move to a version that the alias has pointed to goes back to it, and takes what
    /// came after off. So one rollback after another goes further back, and never to the version that was just left.
    /// </summary>
    public async ValueTask<int?> BeforeAsync(ModelAlias current, CancellationToken cancellationToken)
    {
        var moves = new List<ModelAlias>();
        await foreach (var move in HistoryAsync(current.Model, current.Alias, cancellationToken).ConfigureAwait(false))
            if (move.Revision <= current.Revision && move.Number != 0) moves.Add(move);
        var path = new List<int>();
        for (var i = moves.Count - 1; i >= 0; i--)
        {
            var before = path.IndexOf(moves[i].Number);
            if (before >= 0) path.RemoveRange(before, path.Count - before);
            path.Add(moves[i].Number);
        }

        // A version that was deleted since is passed over.
        for (var i = path.Count - 2; i >= 0; i--)
            if (await records.Versions.GetAsync(ModelRecords.VersionId(current.Model, path[i]), cancellationToken).ConfigureAwait(false) is not null) return path[i];
        return null;
    }

    public async IAsyncEnumerable<ModelAlias> ListAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        await foreach (var alias in records.Aliases.QueryAsync(Present(model), "alias", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return alias.Value;
    }

    public async IAsyncEnumerable<ModelAlias> HistoryAsync(string model, string alias, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        Name.Require(alias, "alias");
        var ofAlias = Filter.And(Filter.Equal("model", model), Filter.Equal("alias", alias));
        await foreach (var move in records.Moves.QueryAsync(ofAlias, "revision", descending: true, cancellationToken: cancellationToken).ConfigureAwait(false)) yield return move.Value;
    }

    public async IAsyncEnumerable<ModelAlias> WatchAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        // Removed ones too: whoever watches again after an interruption must learn of a removal in between.
        var query = new RecordQuery(Collections.ModelAliases) { Filter = Filter.Equal("model", model), Size = 1000 };
        long? after = null;
        do
        {
            var page = await writer.Store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            after ??= page.Position;
            foreach (var record in page.Records) yield return records.Aliases.Read(record).Value;
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        await foreach (var change in writer.Store.WatchAsync(after.Value, [Collections.ModelAliases], cancellationToken).ConfigureAwait(false))
            if (change.Record is { } record && records.Aliases.Read(record).Value is var alias && alias.Model == model) yield return alias;
    }

    public async ValueTask<Stored<ModelAlias>> CurrentAsync(string model, string alias, CancellationToken cancellationToken)
    {
        if (await records.Aliases.GetAsync(ModelRecords.AliasId(model, alias), cancellationToken).ConfigureAwait(false) is { Value.Number: > 0 } current) return current;
        if (await records.Models.GetAsync(ModelRecords.ModelId(model), cancellationToken).ConfigureAwait(false) is null) throw await NoModelAsync(model, cancellationToken).ConfigureAwait(false);
        var existing = await FirstAsync(ListAsync(model, cancellationToken), a => a.Alias).ConfigureAwait(false);
        throw new MLOpsNotFoundException(
            $"The model '{model}' has no alias '{alias}'; {(existing.Length == 0 ? "it has none" : $"it has {existing}")}. " +
            "Point it to a version with IModelRegistry.SetAliasAsync, or through gates with IDeployments.PromoteAsync.");
    }

    public async ValueTask<ModelAlias?> AtAsync(string model, string alias, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        Name.Require(alias, "alias");
        var until = Filter.And(Filter.Equal("model", model), Filter.Equal("alias", alias), Filter.AtMost("movedAt", FieldValue.Of(at)));
        await foreach (var move in records.Moves.QueryAsync(until, "revision", descending: true, pageSize: 1, cancellationToken: cancellationToken).ConfigureAwait(false)) return move.Value;
        return null;
    }

    private async ValueTask RequireVersionAsync(string model, int number, CancellationToken cancellationToken)
    {
        if (await records.Versions.GetAsync(ModelRecords.VersionId(model, number), cancellationToken).ConfigureAwait(false) is null)
            throw await NoVersionAsync(model, number, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<MLOpsNotFoundException> NoVersionAsync(string model, int number, CancellationToken cancellationToken)
    {
        if (await records.Deleted.GetAsync(ModelRecords.VersionId(model, number), cancellationToken).ConfigureAwait(false) is { Value: var gone })
            return new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{model}/{number} was deleted by {Name.Shown(gone.By)} on {gone.At:yyyy-MM-dd HH:mm}Z: {Name.Shown(gone.Reason)}"));
        return await records.Models.GetAsync(ModelRecords.ModelId(model), cancellationToken).ConfigureAwait(false) is { } known
            ? new($"The model '{model}' has no version {number}; it has {(known.Value.LatestNumber == 1 ? "version 1 only" : $"the versions 1 to {known.Value.LatestNumber}")}.")
            : await NoModelAsync(model, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<MLOpsNotFoundException> NoModelAsync(string model, CancellationToken cancellationToken)
    {
        var existing = await FirstAsync(records.Models.QueryAsync(orderBy: "name", cancellationToken: cancellationToken), m => m.Value.Name).ConfigureAwait(false);
        return new($"There is no model '{Name.Shown(model)}'; {(existing.Length == 0 ? "none is registered yet" : $"registered are {existing}")}.");
    }

    public ValueTask<Stored<ModelAlias>?> FindAsync(string model, string alias, CancellationToken cancellationToken) => records.Aliases.GetAsync(ModelRecords.AliasId(model, alias), cancellationToken);

    /// <summary>The operations of a move, for whoever has something else to say in the same commit. That the version exists and the policy holds is asked of every commit by <see cref="AliasRule"/>.</summary>
    public (ModelAlias Next, IReadOnlyList<RecordOperation> Operations) Move(string model, string alias, Stored<ModelAlias>? current, int number, AliasMoveOptions options)
    {
        var now = writer.Now;
        var next = new ModelAlias
        {
            Model = model,
            Alias = alias,
            Number = number,
            Revision = (current?.Value.Revision ?? 0) + 1,
            MovedBy = writer.Actor,
            // Moves are in order of time even where two machines' clocks are not: "what was it then" has one answer.
            MovedAt = current is { Value.MovedAt: var last } && last > now ? last : now,
            Reason = options.Reason,
            Override = options.Override,
        };
        return (next,
        [
            current is null ? records.Aliases.Put(next, RecordOperation.Absent) : records.Aliases.Put(current, next),
            records.Moves.Put(next, RecordOperation.Absent),
            Outbox.Of(
                writer, ModelEventType.AliasMoved, model, EntityRef.Deployment(model, alias, next.Revision),
                ("alias", alias), ("number", Outbox.Text(next.Number)), ("previous", Outbox.Text(current?.Value.Number ?? 0)), ("reason", options.Reason)),
            .. number == 0 ? Enumerable.Empty<RecordOperation>() :
                [LineageEdge.Of(EntityRef.Model(model, number), EntityRef.Deployment(model, alias, next.Revision), "deployed as " + alias, next.MovedAt)],
        ]);
    }

    private async ValueTask<ModelAlias> MoveAsync(
        string model, string alias, Stored<ModelAlias>? current, int number, AliasMoveOptions options, CancellationToken cancellationToken)
    {
        var (next, operations) = Move(model, alias, current, number, options);
        try
        {
            await writer.CommitAsync(operations, options.Reason, cancellationToken).ConfigureAwait(false);
            return next;
        }
        catch (MLOpsConflictException e)
        {
            throw new MLOpsConflictException($"The alias '{alias}' of '{model}' was moved by somebody else at the same moment; this move to {Shown(next.Number)} changed nothing. Look where it points now and decide.", e.Subjects, e);
        }
    }

    private static void Expect(string model, string alias, int present, AliasMoveOptions options)
    {
        if (options.ExpectedNumber is { } expected && expected != present)
            throw new MLOpsConflictException(
                $"The alias '{alias}' of '{model}' was expected to point to {Shown(expected)}, but it points to {Shown(present)}. Nothing was changed.",
                [new RecordKey(Collections.ModelAliases, ModelRecords.AliasId(model, alias)).ToString()]);
    }

    private static string Shown(int number) => number == 0 ? "nothing" : $"version {number}";

    private static Filter Present(string model) => Filter.And(Filter.Equal("model", model), Filter.AtLeast("number", 1));

    private static void Require(string model, string alias, AliasMoveOptions options)
    {
        Name.Require(model, "model name");
        Name.Require(alias, "alias");
        if (options.ExpectedNumber < 0) throw new MLOpsInvalidException($"The expected version {options.ExpectedNumber} is negative; 0 stands for 'must not exist'.");
        Reasons.Require(options.Reason);
    }

    private static async ValueTask<string> FirstAsync<T>(IAsyncEnumerable<T> all, Func<T, string> name)
    {
        const int Most = 20;
        var names = new List<string>();
        await foreach (var one in all.ConfigureAwait(false))
        {
            if (names.Count == Most)
            {
                names.Add("…");
                break;
            }

            names.Add(name(one));
        }

        return string.Join(", ", names);
    }
}
