using System.Globalization;

namespace MLOps.Storage;

/// <summary>What a replay has to do: the records of the source in order of position, how far the target has come, and what fills the positions between.</summary>
internal sealed class ReplayPlan
{
    private readonly Dictionary<RecordKey, int> _index = [];

    /// <summary>The source's records, tombstones too.</summary>
    public List<Planned> Records { get; } = [];

    /// <summary>The source's last position.</summary>
    public long Head { get; set; }

    /// <summary>The target's last position.</summary>
    public long After { get; set; }

    /// <summary>The first of <see cref="Records"/> that the target does not have.</summary>
    public int First { get; private set; }

    /// <summary>For each position after <see cref="After"/>: one more than the index of the record that it raises; 0 for none.</summary>
    public int[] Free { get; private set; } = [];

    public void Add(RecordChange change)
    {
        _index.Add(change.Key, Records.Count);
        Records.Add(new(change.Key, change.Position, change.Version));
    }

    /// <summary>Notes a record of the target.</summary>
    public void Reach(RecordChange change)
    {
        if (!_index.TryGetValue(change.Key, out var index)) throw Stranger(change.Key);
        var record = Records[index];
        record.Reached = change.Version;
        record.ReachedAt = change.Position;
    }

    /// <summary>Checks that the target can become the source, and decides about the free positions.</summary>
    /// <exception cref="MLOpsConflictException">It cannot.</exception>
    public void Complete()
    {
        if (After > Head) throw Pairs.Stranger(string.Create(CultureInfo.InvariantCulture, $"{After} operations, the source only {Head}"), "records");
        foreach (var record in Records)
        {
            if (record.Position <= After)
            {
                if (record.Reached != record.Version || record.ReachedAt != record.Position) throw Stranger(record.Key);
                First++;
            }
            else if (record.Reached >= record.Version) throw Stranger(record.Key);
        }

        Free = new int[Head - After];
        var waiting = new Queue<(int Index, long Left)>();
        var next = Records.Count - 1;
        for (var position = Head; position > After; position--)
        {
            if (next >= 0 && Records[next].Position == position)
            {
                if (Records[next].Version - 1 - Records[next].Reached is var left and > 0) waiting.Enqueue((next, left));
                next--;
            }
            // In turn, so that neighbours are different records and fit into one commit.
            else if (waiting.TryDequeue(out var one))
            {
                Free[position - After - 1] = one.Index + 1;
                if (one.Left > 1) waiting.Enqueue((one.Index, one.Left - 1));
            }
        }

        if (waiting.TryPeek(out var late)) throw Stranger(Records[late.Index].Key);
    }

    private static MLOpsConflictException Stranger(RecordKey key) => Pairs.Stranger($"the record '{Name.Shown(key.ToString())}' in a state that it never had in the source", key.ToString());

    /// <summary>A record of the source.</summary>
    internal sealed class Planned(RecordKey key, long position, long version)
    {
        public RecordKey Key { get; } = key;

        public long Position { get; } = position;

        public long Version { get; } = version;

        /// <summary>Its version in the target; 0 when it is not there.</summary>
        public long Reached { get; set; }

        /// <summary>The position of its latest change in the target.</summary>
        public long ReachedAt { get; set; }
    }
}
