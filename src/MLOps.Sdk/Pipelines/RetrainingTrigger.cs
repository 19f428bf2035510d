using MLOps.Models;
using MLOps.Monitoring;

namespace MLOps.Pipelines;

/// <summary>Why a retraining began.</summary>
/// <param name="Id">The retraining's id: a UUIDv7 as 32 hexadecimal characters.</param>
/// <param name="Report">The report that woke it.</param>
/// <param name="Champion">The version that serves now.</param>
/// <param name="Attempt">1, or more when an earlier attempt on the same report failed.</param>
/// <param name="At">When it began, on the store's clock.</param>
public sealed record RetrainingTrigger(string Id, MonitorReport Report, ModelVersion Champion, int Attempt, DateTimeOffset At);
