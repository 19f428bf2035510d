using System.Globalization;
using MLOps.Models;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>Changes a deployment's state: state, history, route, alias and slot in one commit that expects all of them as they were seen. A crash leaves either all or nothing.</summary>
internal sealed class DeploymentMoves(RecordWriter writer, DeploymentRecords records, RouteRecords routes)
{
    private const string Champion = DeploymentEvidences.Champion, Candidate = DeploymentEvidences.Candidate;

    private readonly ModelAliases _aliases = new(writer, new ModelRecords(writer.Store));

    /// <summary>Writes a new deployment, and takes the slot of its alias.</summary>
    /// <exception cref="MLOpsConflictException">Another has the slot.</exception>
    public async ValueTask<Deployment> BeginAsync(DeploymentSpec spec, ModelVersion candidate, CancellationToken cancellationToken)
    {
        var slot = await records.SlotAsync(spec, cancellationToken).ConfigureAwait(false);
        if (slot is { Value.Deployment.Length: > 0 }) throw Taken(spec, slot.Value.Deployment);
        var alias = await _aliases.FindAsync(spec.Model, spec.Alias, cancellationToken).ConfigureAwait(false);
        var now = slot is { Value.At: var last } && last >= writer.Now ? last.AddMilliseconds(1) : writer.Now;
        if (alias?.Value.Number == spec.Number) throw new MLOpsConflictException($"The alias '{spec.Alias}' of '{spec.Model}' points to version {Outbox.Text(spec.Number)} already: there is nothing to deploy.");
        var deployment = new Deployment
        {
            Id = Guid.CreateVersion7(now).ToString("n"), Spec = spec, Digest = candidate.Digest, ChampionNumber = alias?.Value.Number ?? 0,
            Epoch = 1, Since = now, CreatedAt = now, CreatedBy = writer.Actor, Reason = spec.Reason ?? "It was asked for.",
        };
        var first = new DeploymentTransition { Id = deployment.Id, Epoch = 1, To = DeploymentState.Draft, Reason = deployment.Reason, Actor = writer.Actor, At = now };
        var mine = new DeploymentSlot(spec.Model, spec.Alias, deployment.Id, now);
        try
        {
            await writer.CommitAsync(
                [
                    records.Deployments.Put(deployment, RecordOperation.Absent), records.Transitions.Put(first, RecordOperation.Absent),
                    slot is null ? records.Slots.Put(mine, RecordOperation.Absent) : records.Slots.Put(slot, mine), Told(deployment),
                ],
                spec.Reason, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException e)
        {
            throw new MLOpsConflictException($"Another deployment of '{spec.Model}' as '{spec.Alias}' was started at the same moment; this one was not.", e.Subjects, e);
        }

        return deployment;
    }

    /// <summary>Brings a deployment to another state.</summary>
    /// <param name="before">As it was seen.</param>
    /// <param name="to">What was decided, all but epoch and actor; the time of the decision, or none for now.</param>
    /// <param name="gates">The gates to ask, for one that comes to that.</param>
    /// <param name="lease">Holds in the commit that whoever decided still leads; null for a person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsConflictException">Something was changed since it was seen.</exception>
    public async ValueTask<DeploymentTransition> CommitAsync(
        Stored<Deployment> before, DeploymentTransition to, IReadOnlyList<string>? gates, RecordCheck? lease, CancellationToken cancellationToken)
    {
        var (was, now) = (before.Value, writer.Now);
        var next = was with
        {
            State = to.To, Step = to.Step, Epoch = was.Epoch + 1, Since = now, Reason = PlainText.Of(to.Reason), Gates = gates ?? was.Gates,
            PausedFrom = to.To is DeploymentState.Paused ? was.State : null,
        };
        var operations = new List<RecordOperation>();
        if (lease is not null) operations.Add(lease);
        if (Routed(was, next) is { } wanted)
        {
            var stored = await routes.GetAsync(was.Spec.Model, was.Spec.Alias, cancellationToken).ConfigureAwait(false);
            var (route, put) = routes.Put(stored, wanted);
            operations.Add(put);
            next = next with { RouteRevision = route.Revision, Exposures = Exposed(next, route) is { } exposure ? [.. was.Exposures, exposure] : was.Exposures };
        }

        await MoveAliasAsync(was, next, operations, cancellationToken).ConfigureAwait(false);
        if (next.IsFinished && !was.IsFinished && await records.SlotAsync(was.Spec, cancellationToken).ConfigureAwait(false) is { } slot && slot.Value.Deployment == was.Id)
            operations.Add(records.Slots.Put(slot, slot.Value with { Deployment = "" }));
        var done = to with { Id = was.Id, Epoch = next.Epoch, Before = was, Reason = next.Reason, Actor = writer.Actor, At = to.At == default ? now : to.At };
        operations.AddRange([records.Deployments.Put(before, next), records.Transitions.Put(done, RecordOperation.Absent), Told(next)]);
        await writer.CommitAsync(operations, next.Reason, cancellationToken).ConfigureAwait(false);
        return done;
    }

    /// <summary>The route of a state; null where the one before goes on.</summary>
    private static Route? Routed(Deployment was, Deployment next)
    {
        // Back from a pause everything is as it was.
        if (was.State is DeploymentState.Paused && next.State == was.PausedFrom) return null;
        var route = new Route { Model = next.Spec.Model, Alias = next.Spec.Alias, DeploymentId = next.Id, Salt = next.Id, Arms = [new(Champion, null, Route.Whole)], Limits = Limits(next.Spec) };
        switch (next.State)
        {
            case DeploymentState.Loading: return route with { Arms = [new(Champion, null, Route.Whole), new(Candidate, next.Spec.Number, 0)] };
            case DeploymentState.Shadow: return route with { Shadow = new(Candidate, next.Spec.Number, Parts(next.Spec.ShadowShare)) };
            case DeploymentState.Canary:
                var share = Parts(next.Spec.Canary[next.Step]);
                return route with { Arms = [new(Champion, null, Route.Whole - share), new(Candidate, next.Spec.Number, share)] };
            case DeploymentState.Promoted or DeploymentState.RollingBack when was.RouteRevision > 0:
                return route with { Limits = new() };
            default: return null;
        }
    }

    private static Exposure? Exposed(Deployment next, Route route) => next.State switch
    {
        DeploymentState.Shadow => new(route.Revision, route.Shadow!.Share / (double)Route.Whole, true),
        DeploymentState.Canary => new(route.Revision, route.Arms[1].Share / (double)Route.Whole, false),
        _ => null,
    };

    private async ValueTask MoveAliasAsync(Deployment was, Deployment next, List<RecordOperation> operations, CancellationToken cancellationToken)
    {
        var spec = next.Spec;
        int? target = next.State is DeploymentState.Promoted ? spec.Number : was.State is DeploymentState.Promoted ? was.ChampionNumber : null;
        if (target is not { } number) return;
        var alias = await _aliases.FindAsync(spec.Model, spec.Alias, cancellationToken).ConfigureAwait(false);
        var (present, expected) = (alias?.Value.Number ?? 0, was.State is DeploymentState.Promoted ? spec.Number : was.ChampionNumber);
        if (present == number) return;
        if (present != expected)
            throw new MLOpsConflictException(string.Create(CultureInfo.InvariantCulture, $"The alias '{spec.Alias}' of '{spec.Model}' points to version {present}, not to {expected} as the deployment {was.Id} expects. Nothing was moved."));
        operations.AddRange(_aliases.Move(spec.Model, spec.Alias, alias, number, new() { Reason = next.Reason }).Operations);
    }

    private static RouteLimits Limits(DeploymentSpec spec) => new() { ErrorsInARow = spec.ConsecutiveFailures, NotFinite = 1, SlowAfter = spec.SlowerThan };

    private static int Parts(double share) => Math.Clamp((int)Math.Round(share * Route.Whole), 1, Route.Whole);

    private RecordPut Told(Deployment deployment) => Outbox.Of(
        writer, ModelEventType.DeploymentChanged, deployment.Spec.Model, EntityRef.Model(deployment.Spec.Model, deployment.Spec.Number),
        ("deployment", deployment.Id), ("number", Outbox.Text(deployment.Spec.Number)), ("state", deployment.State.ToString()), ("step", Outbox.Text(deployment.Step)), ("reason", deployment.Reason));

    private static MLOpsConflictException Taken(DeploymentSpec spec, string id) =>
        new($"The deployment {id} of '{spec.Model}' as '{spec.Alias}' is under way. Wait for its end, or roll it back first.");
}
