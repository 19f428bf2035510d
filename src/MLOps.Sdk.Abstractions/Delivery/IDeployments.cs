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

    /// <summary>Asks for a deployment: gates, shadow, canary and promotion, step by step on evidence. A host that was told <c>AddDeploymentController</c> brings it about.</summary>
    /// <exception cref="MLOpsNotFoundException">There is no such version.</exception>
    /// <exception cref="MLOpsInvalidException">The spec breaks a rule.</exception>
    /// <exception cref="MLOpsConflictException">Another deployment of the model is under way; the message names it.</exception>
    ValueTask<Deployment> StartAsync(DeploymentSpec spec, CancellationToken cancellationToken = default);

    /// <summary>A deployment as it stands.</summary>
    /// <param name="id">Its id, or the name of a model for its latest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is none.</exception>
    ValueTask<Deployment> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Deployments, newest first.</summary>
    /// <param name="model">Those of one model; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<Deployment> ListAsync(string? model = null, CancellationToken cancellationToken = default);

    /// <summary>Pauses, resumes, promotes or rolls back a deployment in the name of the actor, at once.</summary>
    /// <param name="id">Its id, or the name of a model for its latest.</param>
    /// <param name="command">What to do.</param>
    /// <param name="reason">Why; 1 to 4,000 characters.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such deployment.</exception>
    /// <exception cref="MLOpsConflictException">In its state it cannot do that, or its alias was moved since.</exception>
    /// <exception cref="MLOpsRejectedException">The alias has a policy that is not met.</exception>
    ValueTask<Deployment> CommandAsync(string id, DeploymentCommand command, string reason, CancellationToken cancellationToken = default);

    /// <summary>What a decision about a deployment would rest on now, and what its guards make of it. Changes nothing.</summary>
    /// <param name="id">Its id, or the name of a model for its latest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is none.</exception>
    ValueTask<DeploymentProspect> ProspectAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Why each change of a deployment's state happened, oldest first: decided again from the evidence that was kept.</summary>
    /// <param name="id">Its id, or the name of a model for its latest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is none.</exception>
    IAsyncEnumerable<DeploymentExplanation> ExplainAsync(string id, CancellationToken cancellationToken = default);
}
