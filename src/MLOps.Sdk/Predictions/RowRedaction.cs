using System.Security.Cryptography;
using System.Text;
using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>Redacts rows on their way from memory to the log, off the callers' path.</summary>
internal sealed class RowRedaction
{
    private const int MostKnown = 10_000;

    private readonly byte[] _key;
    private readonly IReadOnlyDictionary<string, ColumnRedaction> _columns;
    private readonly double _share;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    public RowRedaction(PredictionLogOptions options) => (_key, _columns, _share) = (options.HashKey, new Dictionary<string, ColumnRedaction>(options.Columns, StringComparer.Ordinal), options.SampleShare);

    public bool IsNone => _columns.Count == 0 && _share >= 1;

    /// <summary>Whether a prediction is kept at all: the same answer for the same prediction, always.</summary>
    public bool Keeps(PredictionId id)
    {
        if (_share >= 1) return true;
        var mixed = (id.Generation ^ id.Sequence * 0x9E37_79B9_7F4A_7C15) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 29)) * 0x94D0_49BB_1331_11EB;
        return (mixed >> 11) * (1.0 / (1UL << 53)) < _share;
    }

    public void Redact(IReadOnlyList<Feature> features, Span<double> numbers, Span<string?> categories)
    {
        if (_columns.Count == 0) return;
        var (number, category) = (0, 0);
        foreach (var feature in features)
        {
            var rule = _columns.GetValueOrDefault(feature.Name);
            if (feature.Kind is FeatureKind.Number)
            {
                if (rule is not ColumnRedaction.Keep) numbers[number] = double.NaN;
                number++;
                continue;
            }

            if (rule is ColumnRedaction.Drop) categories[category] = null;
            else if (rule is ColumnRedaction.Hash && categories[category] is { } value) categories[category] = Hash(value);
            category++;
        }
    }

    /// <summary>A value as the log keeps it in a column.</summary>
    public string? AsKept(string column, string value) => _columns.GetValueOrDefault(column) switch
    {
        ColumnRedaction.Drop => null,
        ColumnRedaction.Hash => Hash(value),
        _ => value,
    };

    private string Hash(string value)
    {
        lock (_known)
        {
            if (_known.TryGetValue(value, out var known)) return known;
            if (_known.Count == MostKnown) _known.Clear();
            return _known[value] = Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(value)).AsSpan(0, 8));
        }
    }
}
