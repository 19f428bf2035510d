using MLOps;
using MLOps.Storage;
using MLOps.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes an application's store go wrong, for a test of the application.</summary>
public static class FaultExtensions
{
    /// <summary>Lets a plan decide about every call on the three seams. What is added after this (a retry for instance) stands around the faults and meets them.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="plan">What goes wrong.</param>
    public static MLOpsBuilder AddFaults(this MLOpsBuilder builder, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(plan);
        return builder
            .Decorate<IBlobStore>("faults", (_, inner) => new FaultyBlobStore(inner, plan))
            .Decorate<IRecordStore>("faults", (_, inner) => new FaultyRecordStore(inner, plan))
            .Decorate<IStreamStore>("faults", (_, inner) => new FaultyStreamStore(inner, plan));
    }
}
