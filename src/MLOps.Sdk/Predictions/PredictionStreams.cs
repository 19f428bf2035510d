using MLOps.Records;

namespace MLOps.Predictions;

/// <summary>The names of the streams of this room.</summary>
internal static class PredictionStreams
{
    /// <summary>Where a generation's predictions are: it alone writes there.</summary>
    public static string Predictions(string model, string generation) => $"{AllPredictions(model)}{generation}";

    public static string AllPredictions(string model) => $"predictions/{Fitted(model)}/";

    /// <summary>Where one process writes a model's labels.</summary>
    public static string Labels(string model, string writer) => $"{AllLabels(model)}{writer}";

    public static string AllLabels(string model) => $"labels/{Fitted(model)}/";

    private static string Fitted(string model) => FittedName.Of(model, 400);
}
