using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>
/// Brings deployments about: asks their gates, publishes their routes, looks at the evidence and takes the next step or the way back. In a host it runs by itself
/// (<c>AddDeploymentController</c>); a script or a test calls <see cref="ProcessAsync"/>. Thread-safe.
/// </summary>
/// <remarks>
/// All it knows stands in the store. Of all controllers on a store one leads; each of its changes is one commit that expects the lead, the deployment, the route and the alias as
/// they were seen, so that a crash at any point leaves a whole state from which the next controller goes on. Servers follow routes by themselves: without a controller they keep the last one.
/// </remarks>
public sealed partial class DeploymentController : IAsyncDisposable, IDisposable
{
    // From the gates to a server, several states pass at once; more than there are states in one go is a fault.
    private const int MostAtOnce = 20;

    private readonly DeploymentRecords _records;
    private readonly DeploymentMoves _moves;
    private readonly DeploymentEvidences _evidences;
    private readonly DeploymentLeadership _leadership;
    private readonly IModelRegistry _registry;
    private readonly GateJudge _judge;
    private readonly RecordWriter _writer;
    private readonly IReadOnlyList<GateDeclaration> _gates;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<(string Deployment, string Gate)> _asked = [];

    internal DeploymentController(
        RecordWriter writer, DeploymentRecords records, DeploymentMoves moves, DeploymentEvidences evidences, DeploymentLeadership leadership, IModelRegistry registry, GateJudge judge,
        IEnumerable<GateDeclaration> gates, ILogger logger)
    {
        (_writer, _records, _moves, _evidences, _leadership, _registry, _judge, _logger) = (writer, records, moves, evidences, leadership, registry, judge, logger);
        _gates = [.. gates];
        if (_gates.GroupBy(g => (g.Model, g.Gate.Name)).FirstOrDefault(g => g.Count() > 1) is { Key: var (model, gate) })
            throw new MLOpsInvalidException($"The model '{Name.Shown(model)}' has two gates named '{Name.Shown(gate)}'. Give one of them another name.");
    }

    /// <summary>Takes every deployment under way as far as it goes now, and returns what changed; nothing while another controller leads.</summary>
    /// <param name="cancellationToken">Cancels between two changes.</param>
    /// <exception cref="MLOpsException">The store cannot be reached, or a deployment cannot be read; the others were looked at all the same.</exception>
    public async ValueTask<IReadOnlyList<DeploymentTransition>> ProcessAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var open = new List<Stored<Deployment>>();
            await foreach (var deployment in _records.OpenAsync(cancellationToken).ConfigureAwait(false)) open.Add(deployment);
            if (open.Count == 0 || !await _leadership.HoldAsync(cancellationToken).ConfigureAwait(false)) return [];
            var done = new List<DeploymentTransition>();
            Exception? failure = null;
            foreach (var deployment in open)
            {
                try
                {
                    await AdvanceAsync(deployment, done, cancellationToken).ConfigureAwait(false);
                }
                catch (MLOpsConflictException e)
                {
                    // Somebody else changed something since it was read. The next look sees what.
                    LogOvertaken(deployment.Value.Id, e.Message);
                }
                catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
                {
                    failure ??= e;
                }
            }

            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
            return done;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the lead back.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _leadership.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (MLOpsException)
        {
            // It runs out by itself.
        }

        _turn.Dispose();
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks meanwhile: for providers that are disposed the old way.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async ValueTask AdvanceAsync(Stored<Deployment> stored, List<DeploymentTransition> done, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostAtOnce; i++)
        {
            var deployment = stored.Value;
            if (deployment.IsFinished) return;
            if (deployment.State is DeploymentState.Gating) await AskAsync(deployment, cancellationToken).ConfigureAwait(false);
            var evidence = await _evidences.GatherAsync(deployment, cancellationToken).ConfigureAwait(false);
            var now = _writer.Now;
            var decision = DeploymentMachine.Decide(deployment, evidence, now);
            if (!decision.Moves(deployment)) return;
            var transition = new DeploymentTransition
            {
                Id = deployment.Id, Epoch = 0, To = decision.To, Step = decision.Step, Reason = decision.Reason, Evidence = evidence, Guards = decision.Guards, Actor = "", At = now,
            };
            var gates = decision.To is DeploymentState.Gating ? deployment.Spec.Gates ?? [.. Declared(deployment).Select(g => g.Gate.Name)] : null;
            done.Add(await _moves.CommitAsync(stored, transition, gates, _leadership.Check, cancellationToken).ConfigureAwait(false));
            LogMoved(deployment.Id, deployment.Spec.Model, deployment.Spec.Number, decision.To, decision.Step, decision.Reason);
            stored = await _records.FindAsync(deployment.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the gates that this process knows, each once in its life.</summary>
    private async ValueTask AskAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var gates = Declared(deployment).Select(g => g.Gate).Where(g => deployment.Gates.Contains(g.Name) && !_asked.Contains((deployment.Id, g.Name))).ToList();
        if (gates.Count == 0) return;
        var candidate = await _registry.ResolveAsync(deployment.Spec.Model, deployment.Spec.Number, cancellationToken).ConfigureAwait(false);
        var champion = deployment.ChampionNumber == 0 ? null : await _registry.ResolveAsync(deployment.Spec.Model, deployment.ChampionNumber, cancellationToken).ConfigureAwait(false);
        await _leadership.WhileAsync(_judge.JudgeAsync(candidate, champion, gates, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        foreach (var gate in gates) _asked.Add((deployment.Id, gate.Name));
    }

    private IEnumerable<GateDeclaration> Declared(Deployment deployment) => _gates.Where(g => g.Model == deployment.Spec.Model);

    [LoggerMessage(1, LogLevel.Information, "Deployment {Deployment} of {Model}/{Number} came to {State} (step {Step}): {Reason}")]
    private partial void LogMoved(string deployment, string model, int number, DeploymentState state, int step, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Deployment {Deployment} was changed by somebody else meanwhile: {Message}")]
    private partial void LogOvertaken(string deployment, string message);
}
