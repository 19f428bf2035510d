namespace MLOps.Monitoring;

/// <summary>The drift tests that come with the library: the one visible list.</summary>
internal static class DriftTests
{
    public static IReadOnlyList<IDriftTest> BuiltIn { get; } =
    [
        new KolmogorovSmirnovDrift(), new ChiSquareDrift(), new PopulationStabilityDrift(), new JensenShannonDrift(), new WassersteinDrift(), new MissingDrift(),
    ];
}
