using MLOps;
using MLOps.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Drift tests of your own.</summary>
public static class DriftTestExtensions
{
    /// <summary>Adds a drift test to those that come with the library. Its name must be new among them.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="factory">Makes the test, once.</param>
    public static MLOpsBuilder AddDriftTest(this MLOpsBuilder builder, Func<StoreServices, IDriftTest> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(factory);
    }
}
