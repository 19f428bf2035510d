namespace MLOps;

/// <summary>The names under which this library emits traces and metrics. It never sends them anywhere itself.</summary>
public static class MLOpsTelemetry
{
    /// <summary>The name of the <c>ActivitySource</c>.</summary>
    public const string ActivitySourceName = "MLOps.Sdk";

    /// <summary>The name of the <c>Meter</c>.</summary>
    public const string MeterName = "MLOps.Sdk";
}
