namespace MLOps.Statistics;

/// <summary>The rules that several metrics ask of their rows.</summary>
internal static class Rows
{
    public static void Same(int truths, int others, string what)
    {
        if (truths != others) throw new MLOpsInvalidException($"There are {truths} truths and {others} {what}: every row needs both.");
    }

    public static double Confidence(double confidence) =>
        confidence is > 0 and < 1 ? confidence : throw new MLOpsInvalidException($"confidence is {confidence}: it must lie between 0 and 1, both excluded.");

    public static double Open(double value, string name) =>
        value is > 0 and < 1 ? value : throw new MLOpsInvalidException($"{name} is {value}: it must lie between 0 and 1, both excluded.");
}
