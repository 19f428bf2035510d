using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>Rows of one generation, column by column, as they wait to become a block. Not thread-safe: the background writer's own.</summary>
internal sealed class PredictionRows
{
    private readonly int _most;
    private readonly List<ulong> _sequences = [];
    private readonly List<long> _times = [];
    private readonly List<double> _scores = [];
    private readonly List<PredictionRoute?> _routes = [];
    private readonly List<double>[] _numbers;
    private readonly List<string?>[] _categories;

    public PredictionRows(string model, ulong generation, IReadOnlyList<Feature> features, int most)
    {
        (Model, Generation, Features, _most) = (model, generation, features, most);
        _numbers = [.. features.Where(f => f.Kind is FeatureKind.Number).Select(_ => new List<double>())];
        _categories = [.. features.Where(f => f.Kind is FeatureKind.Category).Select(_ => new List<string?>())];
    }

    public string Model { get; }

    public ulong Generation { get; }

    public IReadOnlyList<Feature> Features { get; }

    public int Count => _sequences.Count;

    /// <summary>About how many bytes the rows take, before compression.</summary>
    public long Size { get; private set; }

    /// <summary>True when the rows should become a block now.</summary>
    public bool IsFull => Count >= _most || Size >= 4 << 20;

    public List<ulong> Sequences => _sequences;

    public List<long> Times => _times;

    public List<double> Scores => _scores;

    /// <summary>Why each row's version answered; null for those without a route.</summary>
    public List<PredictionRoute?> Routes => _routes;

    public IReadOnlyList<List<double>> Numbers => _numbers;

    public IReadOnlyList<List<string?>> Categories => _categories;

    public void Add(ulong sequence, long time, double score, ReadOnlySpan<double> numbers, ReadOnlySpan<string?> categories, PredictionRoute? route = null)
    {
        _sequences.Add(sequence);
        _times.Add(time);
        _scores.Add(score);
        _routes.Add(route);
        Size += 24 + (numbers.Length * 8);
        for (var i = 0; i < numbers.Length; i++) _numbers[i].Add(numbers[i]);
        for (var i = 0; i < categories.Length; i++)
        {
            _categories[i].Add(categories[i]);
            Size += 1 + (categories[i]?.Length * 3 ?? 0);
        }
    }

    public void Clear()
    {
        _sequences.Clear();
        _times.Clear();
        _scores.Clear();
        _routes.Clear();
        foreach (var column in _numbers) column.Clear();
        foreach (var column in _categories) column.Clear();
        Size = 0;
    }
}
