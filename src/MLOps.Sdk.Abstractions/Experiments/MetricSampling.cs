namespace MLOps.Experiments;

/// <summary>How a long series is thinned out.</summary>
public enum MetricSampling
{
    /// <summary>The lowest and the highest point of each stretch: no spike is lost, and it looks like the whole.</summary>
    MinMax,

    /// <summary>Largest triangle three buckets (Steinarsson 2013): the points that the eye would keep. Those that are not finite are left out.</summary>
    LargestTriangle,
}
