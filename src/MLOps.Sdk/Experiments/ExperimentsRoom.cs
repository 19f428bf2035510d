using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What this room registers.</summary>
static class ExperimentsRoom
{
    public static void Register(MLOpsBuilder builder) => builder
        .TryUse(_ => new MetricLogOptions())
        .TryUse(_ => new LeaseOptions())
        .TryUse(_ => new RunCaptureOptions())
        .TryUse<IExperimentTracker>(s => new ExperimentTracker(
            s.Get<RecordWriter>(), s.Get<IStreamStore>(), s.Get<ContentStore>(),
            new TrackingOptions { Metrics = s.Get<MetricLogOptions>().Checked(), Leases = s.Get<LeaseOptions>().Checked(), Capture = s.Get<RunCaptureOptions>().Checked() },
            (s.Provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<ExperimentTracker>()));
}
