using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What of a run can be searched, and under which names; see <see cref="RunQuery.Filter"/>.</summary>
static class RunFields
{
    public const string Started = "attributes.started";
    public const string Experiment = "attributes.experiment";
    public const string Status = "attributes.status";
    public const string Parent = "attributes.parent";

    private const int Most = 10_000;
    private static readonly string[] Attributes = ["attributes.name", Status, Experiment, "attributes.actor", Started, "attributes.ended", Parent];
    private static readonly string[] Prefixes = ["params.", "tags.", "metrics."];

    public static void Index(Run run, IDictionary<string, FieldValue> fields)
    {
        fields["attributes.name"] = run.Name;
        fields[Status] = run.Status.ToString();
        fields[Experiment] = run.Experiment;
        fields["attributes.actor"] = run.Actor;
        fields[Started] = FieldValue.Of(run.StartedAt);
        if (run.EndedAt is { } ended) fields["attributes.ended"] = FieldValue.Of(ended);
        if (run.ParentId is { } parent) fields[Parent] = parent;
        foreach (var (name, value) in run.Params) Add("params." + name, value);
        foreach (var (name, value) in run.Tags) Add("tags." + name, value);
        // Last values before extremes: a metric that is itself called "x.min" is meant by that name.
        foreach (var (name, summary) in run.Metrics) Add("metrics." + name, summary.Last);
        foreach (var (name, summary) in run.Metrics)
        {
            Add($"metrics.{name}.min", summary.Min);
            Add($"metrics.{name}.max", summary.Max);
        }

        void Add(string name, FieldValue value)
        {
            if (fields.Count < Most) fields.TryAdd(name, value);
        }
    }

    /// <summary>Refuses a field that no run can have: it would silently match nothing.</summary>
    public static void Require(Filter? filter)
    {
        switch (filter)
        {
            case AndFilter and:
                foreach (var part in and.Filters) Require(part);
                break;
            case OrFilter or:
                foreach (var part in or.Filters) Require(part);
                break;
            case NotFilter not:
                Require(not.Inner);
                break;
            case CompareFilter compare:
                Require(compare.Field);
                break;
            case InFilter among:
                Require(among.Field);
                break;
            case LikeFilter like:
                Require(like.Field);
                break;
            case ExistsFilter exists:
                Require(exists.Field);
                break;
        }
    }

    public static void Require(string field)
    {
        if (Attributes.Contains(field, StringComparer.Ordinal) || Prefixes.Any(p => field.Length > p.Length && field.StartsWith(p, StringComparison.Ordinal))) return;
        throw new MLOpsInvalidException($"Runs have no field '{Name.Shown(field)}': there are {string.Join(", ", Attributes)}, params.x, tags.x, metrics.x, metrics.x.min and metrics.x.max.");
    }
}
