using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Brings versions to users and takes them back. Thread-safe.</summary>
public interface IDeployments
{
    /// <summary>Runs every gate on a candidate against the version its alias points to, and keeps the verdicts. Moves nothing.</summary>
    ValueTask<IReadOnlyList<GateVerdict>> CheckAsync(ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Runs the gates and, when all pass, moves the alias to the candidate, provided that it still points to the version the gates compared with.</summary>
    /// <remarks>Where the alias has a policy, its verdicts and approvals are asked for too; what they lack is in <see cref="Promotion.Refusal"/>.</remarks>
    /// <exception cref="MLOpsConflictException">The alias was moved while the gates ran.</exception>
    ValueTask<Promotion> PromoteAsync(ModelVersion candidate, PromotionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias back to the version before: <see cref="IModelRegistry.RollbackAsync"/>.</summary>
    /// <exception cref="MLOpsNotFoundException">There is no such alias, or nothing before it.</exception>
    /// <exception cref="MLOpsRejectedException">The alias has a policy that is not met.</exception>
    ValueTask<ModelAlias> RollbackAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken = default);
}
