using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Brings versions to users and takes them back. Thread-safe.</summary>
public interface IDeployments
{
    /// <summary>Runs every gate on a candidate against the version its alias points to, and keeps the verdicts. Moves nothing.</summary>
    ValueTask<IReadOnlyList<GateVerdict>> CheckAsync(ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs the gates and, when all pass, moves the alias to the candidate, provided that it still points to the version the gates compared with.</summary>
    /// <exception cref="MLOpsConflictException">The alias was moved while the gates ran.</exception>
    ValueTask<Promotion> PromoteAsync(ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias back to the version before.</summary>
    /// <exception cref="MLOpsNotFoundException">There is no such alias, or nothing before it.</exception>
    ValueTask<ModelAlias> RollbackAsync(string model, string reason, string alias = "champion", CancellationToken cancellationToken = default);
}
