namespace MLOps;

/// <summary>
/// Names anything that has a history: a run, a dataset version, a model version, a prediction. Its text is
/// <c>kind:id</c>, for instance <c>model:churn/3</c>; the two ends of a lineage edge are such references.
/// </summary>
/// <param name="Kind">One of the constants of this type, or a kind of your own: a plain name.</param>
/// <param name="Id">The id within the kind.</param>
public readonly record struct EntityRef(string Kind, string Id)
{
    /// <summary>A dataset version; the id is its digest.</summary>
    public const string DatasetKind = "dataset";

    /// <summary>An experiment run; the id is the run id.</summary>
    public const string RunKind = "run";

    /// <summary>A model version; the id is <c>name/number</c>.</summary>
    public const string ModelKind = "model";

    /// <summary>A deployment: one move of an alias to a version; the id is <c>name@alias/revision</c>.</summary>
    public const string DeploymentKind = "deployment";

    /// <summary>A generation: one version loaded by one process for serving; the id is 16 hexadecimal characters.</summary>
    public const string GenerationKind = "generation";

    /// <summary>One prediction; the id is the prediction id.</summary>
    public const string PredictionKind = "prediction";

    /// <summary>A monitor report.</summary>
    public const string ReportKind = "report";

    /// <summary>An alert of a monitor.</summary>
    public const string AlertKind = "alert";

    /// <summary>A gate's verdict.</summary>
    public const string VerdictKind = "verdict";

    /// <summary>A dataset version, by its digest.</summary>
    public static EntityRef Dataset(string versionId) => new(DatasetKind, versionId);

    /// <summary>A run, by its id.</summary>
    public static EntityRef Run(string runId) => new(RunKind, runId);

    /// <summary>A model version, by name and number.</summary>
    public static EntityRef Model(string model, int number) => new(ModelKind, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{model}/{number}"));

    /// <summary>A deployment, by model, alias and the alias's revision.</summary>
    public static EntityRef Deployment(string model, string alias, long revision) =>
        new(DeploymentKind, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{model}@{alias}/{revision}"));

    /// <summary>Reads <c>kind:id</c>.</summary>
    /// <exception cref="MLOpsInvalidException">There is no colon, or one side is empty.</exception>
    public static EntityRef Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1
            ? new(text[..colon], text[(colon + 1)..])
            : throw new MLOpsInvalidException($"'{Name.Shown(text)}' is not a reference of the form 'kind:id'.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}:{Id}";
}
