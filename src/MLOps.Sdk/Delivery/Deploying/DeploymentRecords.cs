using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>Where deployments, their changes and the slots of aliases are kept.</summary>
internal sealed class DeploymentRecords(IRecordStore store)
{
    public RecordCollection<Deployment> Deployments { get; } = new(store, Collections.Deployments, DeliveryJson.Default.Deployment, d => d.Id, (d, fields) =>
    {
        fields["model"] = d.Spec.Model;
        fields["alias"] = d.Spec.Alias;
        fields["number"] = d.Spec.Number;
        fields["state"] = d.State.ToString();
        fields["open"] = d.IsFinished ? 0 : 1;
        fields["createdAt"] = FieldValue.Of(d.CreatedAt);
    }, Complete);

    public RecordCollection<DeploymentTransition> Transitions { get; } = new(
        store, Collections.DeploymentTransitions, DeliveryJson.Default.DeploymentTransition, t => string.Create(CultureInfo.InvariantCulture, $"{t.Id}/{t.Epoch:D19}"), (t, fields) =>
        {
            fields["deployment"] = t.Id;
            fields["epoch"] = t.Epoch;
        }, t => t with { Before = t.Before is null ? null : Complete(t.Before), Evidence = t.Evidence is null ? null : Complete(t.Evidence), Guards = t.Guards ?? [] });

    public RecordCollection<DeploymentSlot> Slots { get; } = new(store, Collections.DeploymentSlots, DeliveryJson.Default.DeploymentSlot, s => ModelRecords.AliasId(s.Model, s.Alias));

    /// <summary>Those under way, in order of their beginning.</summary>
    public IAsyncEnumerable<Stored<Deployment>> OpenAsync(CancellationToken cancellationToken) => Deployments.QueryAsync(Filter.Equal("open", 1), "createdAt", cancellationToken: cancellationToken);

    public ValueTask<Stored<DeploymentSlot>?> SlotAsync(DeploymentSpec spec, CancellationToken cancellationToken) => Slots.GetAsync(ModelRecords.AliasId(spec.Model, spec.Alias), cancellationToken);

    /// <summary>By id, or the latest of a model.</summary>
    /// <exception cref="MLOpsNotFoundException">There is none.</exception>
    public async ValueTask<Stored<Deployment>> FindAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id is { Length: 32 } && id.All(char.IsAsciiHexDigitLower) && await Deployments.GetAsync(id, cancellationToken).ConfigureAwait(false) is { } exact) return exact;
        Name.Require(id, "deployment id or model name");
        await foreach (var latest in Deployments.QueryAsync(Filter.Equal("model", id), "createdAt", descending: true, pageSize: 1, cancellationToken: cancellationToken).ConfigureAwait(false)) return latest;
        throw new MLOpsNotFoundException($"There is no deployment '{Name.Shown(id)}', and none of a model of that name. Start one with IDeployments.StartAsync.");
    }

    public async IAsyncEnumerable<DeploymentTransition> TransitionsAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var transition in Transitions.QueryAsync(Filter.Equal("deployment", id), "epoch", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return transition.Value;
    }

    private static Deployment Complete(Deployment deployment) => deployment with
    {
        Spec = deployment.Spec with { Alias = deployment.Spec.Alias ?? "champion", Canary = deployment.Spec.Canary ?? [], Guards = deployment.Spec.Guards ?? [] },
        Exposures = deployment.Exposures ?? [],
        Gates = deployment.Gates ?? [],
    };

    private static DeploymentEvidence Complete(DeploymentEvidence evidence) => evidence with
    {
        Gates = evidence.Gates ?? new Dictionary<string, GateOutcome?>(), Missing = evidence.Missing ?? [], Servers = evidence.Servers ?? [], Exposures = evidence.Exposures ?? [],
    };
}
