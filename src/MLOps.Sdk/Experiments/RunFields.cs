using System.Globalization;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What of a run can be searched, and under which names; see <see cref="RunQuery.Filter"/>.</summary>
static class RunFields
{
    public const string Started = "attributes.started";
    public const string Experiment = "attributes.experiment";
    public const string Status = "attributes.status";
    public const string Parent = "attributes.parent";
    public const string LeaseName = "attributes.lease";

    public const string Deleted = "attributes.deleted";

    private const int Most = 10_000;
    private const string Id = "attributes.id";
    private const string Params = "params.";

    /// <summary>Params once more, by value: as a number what is written as one, as text what is not.</summary>
    private const string Values = "values.";

    private static readonly string[] s_attributes = ["attributes.name", Status, Experiment, "attributes.actor", Id, Parent, Started, "attributes.ended", Deleted, "attributes.duration", LeaseName];
    private static readonly string[] s_prefixes = [Params, "tags.", "metrics.", "datasets."];

    public static void Index(Run run, IDictionary<string, FieldValue> fields)
    {
        fields["attributes.name"] = run.Name;
        fields[Status] = run.Status.ToString();
        fields[Experiment] = run.Experiment;
        fields["attributes.actor"] = run.Actor;
        fields[Started] = FieldValue.Of(run.StartedAt);
        if (run.EndedAt is { } ended)
        {
            fields["attributes.ended"] = FieldValue.Of(ended);
            fields["attributes.duration"] = (ended - run.StartedAt).TotalSeconds;
        }

        if (run.DeletedAt is { } deleted) fields[Deleted] = FieldValue.Of(deleted);
        if (run.ParentId is { } parent) fields[Parent] = parent;
        if (run is { Status: RunStatus.Running, LeaseName: { } lease }) fields[LeaseName] = lease;
        foreach (var (name, value) in run.Params)
        {
            Add(Params + name, value);
            Add(Values + name, double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : value);
        }

        foreach (var (name, value) in run.Tags) Add("tags." + name, value);
        foreach (var input in run.Inputs) Add($"datasets.{input.Dataset}", input.VersionId);
        foreach (var input in run.Inputs) Add($"datasets.{input.Dataset}.{input.Context}", input.VersionId);
        // Last values before extremes: a metric that is itself called "x.min" is meant by that name.
        foreach (var (name, summary) in run.Metrics) Add("metrics." + name, summary.Last);
        foreach (var (name, summary) in run.Metrics)
        {
            Add($"metrics.{name}.min", summary.Min);
            Add($"metrics.{name}.max", summary.Max);
            Add($"metrics.{name}.mean", summary.Mean);
            Add($"metrics.{name}.count", summary.Count);
        }

        void Add(string name, FieldValue value)
        {
            if (fields.Count < Most) fields.TryAdd(name, value);
        }
    }

    /// <summary>A condition on runs as one on their records.</summary>
    /// <exception cref="MLOpsInvalidException">It names a field that no run can have: it would silently match nothing.</exception>
    public static Filter Translated(Filter filter) => filter switch
    {
        AndFilter and => new AndFilter([.. and.Filters.Select(Translated)]),
        OrFilter or => new OrFilter([.. or.Filters.Select(Translated)]),
        NotFilter not => new NotFilter(Translated(not.Inner)),
        CompareFilter compare => compare with { Field = Translated(compare.Field, byValue: !compare.Value.IsText) },
        InFilter among => Translated(among),
        LikeFilter like => like with { Field = Translated(like.Field, byValue: false) },
        ExistsFilter exists => exists with { Field = Translated(exists.Field, byValue: false) },
        _ => filter,
    };

    /// <summary>A field to order runs by as one of their records.</summary>
    public static string Order(string? field) => field is null ? Started : Translated(field, byValue: true);

    private static Filter Translated(InFilter among)
    {
        var (texts, numbers) = (among.Values.Where(v => v.IsText).ToList(), among.Values.Where(v => !v.IsText).ToList());
        var (byText, byValue) = (Translated(among.Field, byValue: false), Translated(among.Field, byValue: true));
        if (byText == byValue || numbers.Count == 0) return among with { Field = byText };
        if (texts.Count == 0) return among with { Field = byValue };
        return Filter.Or(Filter.In(byText, texts), Filter.In(byValue, numbers));
    }

    private static string Translated(string field, bool byValue)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (field == Id) return RecordQuery.Id;
        if (s_attributes.Contains(field, StringComparer.Ordinal)) return field;
        if (!s_prefixes.Any(p => field.Length > p.Length && field.StartsWith(p, StringComparison.Ordinal)))
            throw new MLOpsInvalidException($"Runs have no field '{Name.Shown(field)}': there are {string.Join(", ", s_attributes)}, params.x, tags.x, datasets.x, metrics.x, metrics.x.min, .max, .mean and .count.");
        return byValue && field.StartsWith(Params, StringComparison.Ordinal) ? string.Concat(Values, field.AsSpan(Params.Length)) : field;
    }
}
