using System.Globalization;

namespace MLOps.Storage;

/// <summary>
/// Writes the records of one store into another through the seam alone, so that versions and positions come out the same. Each operation
/// takes the next position, and each put or delete the record's next version: so an operation is made for every position from the
/// target's last to the source's last. At the position of a record's latest change stands that change; at those between, what the source
/// has forgotten, stand puts of <c>null</c> that raise the versions of records still to come, and checks where none is needed.
/// </summary>
/// <remarks>
/// Which record a free position raises is decided from the end backwards: any record whose latest change comes later will do, and the source's own
/// history proves that there are positions enough. The target's state alone says where an interrupted copy stood.
/// </remarks>
internal sealed class RecordReplay(StoreParts from, StoreParts to)
{
    private const string Actor = "mlops store copy";

    private static readonly byte[] s_null = "null"u8.ToArray();

    public static MLOpsConflictException Restless() => new("The source is being written to, so that no copy of it can be made. Stop its writers, and copy again: what was copied so far is kept.");

    /// <summary>Checks that the target holds nothing but an earlier copy.</summary>
    /// <exception cref="MLOpsConflictException">It holds something else.</exception>
    public async ValueTask RequireCopyAsync(CancellationToken cancellationToken) => await PlanAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what the target does not have.</summary>
    /// <returns>How many records were written, and the last position.</returns>
    public async ValueTask<(long Records, long Position)> RunAsync(IProgress<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(cancellationToken).ConfigureAwait(false);
        var batch = new ReplayBatch(to.Records, plan.After, Actor);
        var (position, records, next) = (plan.After, 0L, plan.First);
        await foreach (var page in from.ScanAsync(plan.After, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes)
            {
                if (next == plan.Records.Count || plan.Records[next] is var planned && (planned.Key != change.Key || planned.Position != change.Position)) throw Restless();
                while (++position < change.Position) await FillAsync(position).ConfigureAwait(false);
                await batch.AddAsync(Final(change), change.Record?.Json.Length ?? 0, cancellationToken).ConfigureAwait(false);
                records++;
                next++;
                progress?.Report(new("records", position - plan.After, plan.Head - plan.After));
            }

            if (!page.More && page.Position != plan.Head) throw Restless();
        }

        while (++position <= plan.Head) await FillAsync(position).ConfigureAwait(false);
        await batch.FlushAsync(cancellationToken).ConfigureAwait(false);
        return (records, plan.Head);

        async ValueTask FillAsync(long at)
        {
            if (plan.Free[at - plan.After - 1] is var index and > 0)
            {
                var record = plan.Records[index - 1];
                await batch.AddAsync(new RecordPut(record.Key, s_null, null, record.Reached++), s_null.Length, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await batch.AddAsync(new RecordCheck(new(plan.Records.Count > 0 ? plan.Records[0].Key.Collection : StoreParts.Nobodys, string.Create(CultureInfo.InvariantCulture, $"no-record-{at}-{batch.Id}")), RecordOperation.Absent), 0, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static RecordOperation Final(RecordChange change) => change.Record is { } record
        ? new RecordPut(change.Key, record.Json, record.Fields, change.Version - 1)
        : new RecordDelete(change.Key, change.Version - 1);

    private async ValueTask<ReplayPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var plan = new ReplayPlan();
        await foreach (var page in from.ScanAsync(0, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes) plan.Add(change);
            plan.Head = page.Position;
        }

        await foreach (var page in to.ScanAsync(0, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes) plan.Reach(change);
            plan.After = page.Position;
        }

        plan.Complete();
        return plan;
    }
}
