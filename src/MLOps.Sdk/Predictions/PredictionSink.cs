using System.Runtime.InteropServices;
using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>
/// Where one served model posts its predictions: a ring of preallocated rows that many callers fill and the background
/// writer alone empties. Posting takes no lock, never waits and allocates nothing; when no row is free it is dropped and
/// counted.
/// </summary>
/// <remarks>
/// D. Vyukov's bounded queue: each row carries the turn it is in. A row is free for the caller who claims place p while
/// its turn is p, filled when it is p + 1, and free for the next round when the reader makes it p + capacity.
/// </remarks>
internal sealed class PredictionSink
{
    private readonly Row[] _rows;
    private readonly double[] _numbers;
    private readonly string?[] _categories;
    private readonly int _numberCount;
    private readonly int _categoryCount;
    private readonly int _mask;
    private readonly Action _wake;
    private readonly RowRedaction _redaction;
    private Places _places;
    private long _dropped;

    public PredictionSink(string model, IReadOnlyList<Feature> features, int capacity, Action wake, RowRedaction? redaction = null)
    {
        _redaction = redaction ?? new(new());
        (Model, Features, _wake, _mask) = (model, features, wake, capacity - 1);
        _numberCount = features.Count(f => f.Kind is FeatureKind.Number);
        _categoryCount = features.Count - _numberCount;
        _rows = new Row[capacity];
        _numbers = new double[checked(capacity * _numberCount)];
        _categories = new string?[checked(capacity * _categoryCount)];
        for (var i = 0; i < capacity; i++) _rows[i].Turn = i;
    }

    public string Model { get; }

    public IReadOnlyList<Feature> Features { get; }

    /// <summary>Rows that were dropped since the process began: no room, or their columns could not be read.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The first place that nobody has claimed: all posts that returned lie before it.</summary>
    public long Claimed => Volatile.Read(ref _places.Tail);

    /// <summary>The next place that the reader takes.</summary>
    public long Taken => Volatile.Read(ref _places.Head);

    /// <summary>Keeps a prediction for the writer; false when it was dropped.</summary>
    /// <param name="id">The prediction.</param>
    /// <param name="score">The answer as a number.</param>
    /// <param name="time">Event time: ticks of UTC.</param>
    /// <param name="schema">Reads the input's columns: those this sink was opened with; null when it was opened with none.</param>
    /// <param name="input">The input.</param>
    /// <param name="route">Why this version answered; null without a route.</param>
    public bool Post<TInput>(PredictionId id, double score, long time, FeatureSchema<TInput>? schema, TInput input, PredictionRoute? route = null)
    {
        long place;
        while (true)
        {
            place = Volatile.Read(ref _places.Tail);
            var turn = Volatile.Read(ref _rows[place & _mask].Turn);
            if (turn == place)
            {
                if (Interlocked.CompareExchange(ref _places.Tail, place + 1, place) == place) break;
            }
            else if (turn < place)
            {
                Drop();
                return false;
            }
        }

        var index = (int)(place & _mask);
        ref var row = ref _rows[index];
        var filled = false;
        try
        {
            schema?.Read(input, _numbers.AsSpan(index * _numberCount, _numberCount), _categories.AsSpan(index * _categoryCount, _categoryCount));
            (row.Id, row.Score, row.Time, row.Route) = (id, score, time, route);
            filled = true;
        }
        catch (Exception)
        {
            // The columns are the application's functions; the prediction itself was right and must not fail by them.
            Drop();
        }
        finally
        {
            row.Filled = filled;
            Volatile.Write(ref row.Turn, place + 1);
        }

        if ((place & (_mask >> 2)) == 0) _wake();
        return filled;
    }

    /// <summary>Moves the next row out of the ring to the rows of its generation. For the writer only.</summary>
    /// <returns>False when the next place is not filled yet.</returns>
    public bool TryTake(Func<PredictionSink, ulong, PredictionRows> target)
    {
        var place = _places.Head;
        var index = (int)(place & _mask);
        ref var row = ref _rows[index];
        if (Volatile.Read(ref row.Turn) != place + 1) return false;
        var categories = _categories.AsSpan(index * _categoryCount, _categoryCount);
        if (row.Filled)
        {
            var numbers = _numbers.AsSpan(index * _numberCount, _numberCount);
            if (Size(categories) > MostText) Drop();
            else if (_redaction.Keeps(row.Id))
            {
                _redaction.Redact(Features, numbers, categories);
                target(this, row.Id.Generation).Add(row.Id.Sequence, row.Time, row.Score, numbers, categories, row.Route);
            }
        }

        categories.Clear();
        Volatile.Write(ref row.Turn, place + _rows.Length);
        Volatile.Write(ref _places.Head, place + 1);
        return true;
    }

    // Beyond this one row could make a block too large for any store.
    private const int MostText = 1 << 20;

    private static int Size(ReadOnlySpan<string?> categories)
    {
        long size = 0;
        foreach (var category in categories) size += category?.Length ?? 0;
        return (int)Math.Min(size, int.MaxValue);
    }

    /// <summary>Counts rows that cannot be kept.</summary>
    public void Drop(int rows = 1)
    {
        Interlocked.Add(ref _dropped, rows);
        PredictionsTelemetry.Dropped(Model, rows);
    }

    private struct Row
    {
        public long Turn;
        public PredictionId Id;
        public double Score;
        public long Time;
        public bool Filled;
        public PredictionRoute? Route;
    }

    /// <summary>Callers and the writer each on a cache line of their own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Places
    {
        [FieldOffset(128)]
        public long Tail;

        [FieldOffset(256)]
        public long Head;
    }
}
