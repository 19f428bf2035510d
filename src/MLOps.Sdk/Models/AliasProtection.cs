using System.Runtime.CompilerServices;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>
/// Policies of aliases and the approvals they ask for. What a policy says is checked inside the commit that moves the alias, whichever way the
/// move takes: API, rollback, promotion, retraining, command line, or a record written by hand through <see cref="IRecordStore"/>. Thread-safe.
/// </summary>
/// <remarks>Everything here is audited. Who acts is what <see cref="IActorProvider"/> says: in an embedded store a claim, not an authentication.</remarks>
public sealed class AliasProtection
{
    private readonly RecordWriter _writer;
    private readonly IModelRegistry _registry;
    private readonly ModelRecords _records;

    internal AliasProtection(RecordWriter writer, IModelRegistry registry) => (_writer, _registry, _records) = (writer, registry, new ModelRecords(writer.Store));

    /// <summary>Sets the policy of an alias. The first may be set by anybody; from then on only its owners change it, and say why.</summary>
    /// <param name="policy">The policy; revision, setter and time are filled in. Without owners the setter becomes the owner, or the owners stay.</param>
    /// <param name="reason">Why; at most 4,000 characters. Needed for a change.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    /// <exception cref="MLOpsInvalidException">The policy breaks a rule or could never be met, or a change has no reason.</exception>
    /// <exception cref="MLOpsRejectedException">The actor is no owner of the policy that is to be changed.</exception>
    /// <exception cref="MLOpsConflictException">Somebody else changed it at the same moment.</exception>
    public async ValueTask<AliasPolicy> SetPolicyAsync(AliasPolicy policy, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        PolicyRule.Require(policy);
        Reasons.Require(reason);
        var current = await _records.Policies.GetAsync(ModelRecords.AliasId(policy.Model, policy.Alias), cancellationToken).ConfigureAwait(false);
        var next = policy with
        {
            Owners = policy.Owners.Count > 0 ? [.. policy.Owners] : current?.Value.Owners ?? [_writer.Actor],
            Revision = (current?.Value.Revision ?? 0) + 1,
            SetBy = _writer.Actor,
            SetAt = _writer.Now,
        };
        var put = current is null ? _records.Policies.Put(next, RecordOperation.Absent) : _records.Policies.Put(current, next);
        await _writer.CommitAsync([put, Told(next, next.Revision, reason)], reason, cancellationToken).ConfigureAwait(false);
        return next;
    }

    /// <summary>Removes the policy of an alias: from then on anybody moves it. Only its owners may.</summary>
    /// <exception cref="MLOpsNotFoundException">The alias has no policy.</exception>
    /// <exception cref="MLOpsRejectedException">The actor is no owner.</exception>
    public async ValueTask RemovePolicyAsync(string model, string alias, string reason, CancellationToken cancellationToken = default)
    {
        Reasons.Require(reason);
        var id = Id(model, alias);
        var current = await _records.Policies.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"The alias '{alias}' of '{model}' has no policy to remove.");
        await _writer.CommitAsync([new RecordDelete(_records.Policies.Key(id), current.Version), Told(current.Value, 0, reason)], reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The policy of an alias; null when it has none.</summary>
    public async ValueTask<AliasPolicy?> FindPolicyAsync(string model, string alias, CancellationToken cancellationToken = default) =>
        (await _records.Policies.GetAsync(Id(model, alias), cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>The policies of a model, by alias.</summary>
    public async IAsyncEnumerable<AliasPolicy> PoliciesAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Name.Require(model, "model name");
        await foreach (var policy in _records.Policies.QueryAsync(Filter.Equal("model", model), "alias", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return policy.Value;
    }

    /// <summary>Approves that an alias may point to exactly this content, in the name of the actor. Approving again after revoking makes it stand again.</summary>
    /// <param name="version">The version that was looked at; its digest is what is approved.</param>
    /// <param name="alias">The alias; it need not exist.</param>
    /// <param name="reason">Why; at most 4,000 characters; null for none.</param>
    /// <param name="cancellationToken">Cancels; nothing is approved.</param>
    /// <exception cref="MLOpsRejectedException">The approval would not count: the actor is no approver, or registered the version.</exception>
    /// <exception cref="MLOpsInvalidException">The version in the store has another content.</exception>
    public async ValueTask<Approval> ApproveAsync(ModelVersion version, string alias, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        Reasons.Require(reason);
        var policy = await FindPolicyAsync(version.Model, alias, cancellationToken).ConfigureAwait(false);
        var approval = new Approval { Model = version.Model, Alias = alias, Number = version.Number, Digest = version.Digest, By = _writer.Actor, At = _writer.Now, Reason = reason };
        if (policy is not null && AliasJudgement.WhyNot(policy, version, approval) is { } why)
            throw new MLOpsRejectedException($"This approval of {version} for '{alias}' would not count: {why}.");
        var current = await _records.Approvals.GetAsync(ModelRecords.ApprovalId(approval), cancellationToken).ConfigureAwait(false);
        if (current is { Value.RevokedAt: null } && current.Value.Digest == approval.Digest) return current.Value;
        var put = current is null ? _records.Approvals.Put(approval, RecordOperation.Absent) : _records.Approvals.Put(current, approval);
        await _writer.CommitAsync([put, Told(ModelEventType.ApprovalGiven, approval, reason)], reason, cancellationToken).ConfigureAwait(false);
        return approval;
    }

    /// <summary>Revokes an approval: from that commit on it lets no alias move. What was moved before stays.</summary>
    /// <param name="model">The model.</param>
    /// <param name="number">The version.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="by">Whose approval; the actor's own when null. Owners of the policy may revoke those of others.</param>
    /// <param name="reason">Why; at most 4,000 characters; null for none.</param>
    /// <param name="cancellationToken">Cancels; the approval stands.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such approval that stands.</exception>
    /// <exception cref="MLOpsRejectedException">The actor may not revoke it.</exception>
    public async ValueTask<Approval> RevokeAsync(string model, int number, string alias, string? by = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        Reasons.Require(reason);
        by ??= _writer.Actor;
        var sought = new Approval { Model = Name.Require(model, "model name"), Alias = Name.Require(alias, "alias"), Number = number, Digest = default, By = by, At = default };
        var current = await _records.Approvals.GetAsync(ModelRecords.ApprovalId(sought), cancellationToken).ConfigureAwait(false);
        if (current is not { Value.RevokedAt: null })
            throw new MLOpsNotFoundException($"'{Name.Shown(by)}' has no approval of {model}/{number} for '{alias}' that stands: it was never given, or is revoked already.");
        var next = current.Value with { RevokedAt = _writer.Now, RevokedBy = _writer.Actor, RevokedReason = reason };
        await _writer.CommitAsync([_records.Approvals.Put(current, next), Told(ModelEventType.ApprovalRevoked, next, reason)], reason, cancellationToken).ConfigureAwait(false);
        return next;
    }

    /// <summary>The approvals of a version for all aliases, revoked ones too, oldest first.</summary>
    public async IAsyncEnumerable<Approval> ApprovalsAsync(string model, int number, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ofVersion = Filter.And(Filter.Equal("model", Name.Require(model, "model name")), Filter.Equal("number", number));
        await foreach (var approval in _records.Approvals.QueryAsync(ofVersion, "at", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return approval.Value;
    }

    /// <summary>What the policy of an alias would say to a version now. Moves nothing; the move itself is judged anew.</summary>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    public async ValueTask<AliasDecision> DecideAsync(string model, string alias, int number, CancellationToken cancellationToken = default)
    {
        var version = await _registry.ResolveAsync(model, number, cancellationToken).ConfigureAwait(false);
        var policy = await FindPolicyAsync(model, alias, cancellationToken).ConfigureAwait(false);
        return policy is null
            ? new(null, [])
            : new(policy, (await AliasJudgement.OfAsync(_records, policy, version, _writer.Now, cancellationToken).ConfigureAwait(false)).Missing);
    }

    private RecordPut Told(AliasPolicy policy, long revision, string? reason) => Outbox.Of(
        _writer, ModelEventType.PolicyChanged, policy.Model, new EntityRef("policy", ModelRecords.AliasId(policy.Model, policy.Alias)),
        ("alias", policy.Alias), ("revision", Outbox.Text(revision)), ("reason", reason));

    private RecordPut Told(string type, Approval approval, string? reason) => Outbox.Of(
        _writer, type, approval.Model, EntityRef.Model(approval.Model, approval.Number),
        ("alias", approval.Alias), ("number", Outbox.Text(approval.Number)), ("digest", approval.Digest.Hex), ("by", approval.By), ("reason", reason));

    private static string Id(string model, string alias) => ModelRecords.AliasId(Name.Require(model, "model name"), Name.Require(alias, "alias"));
}
