using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Who may set, change or remove the policy of an alias: anybody the first, its owners from then on, and never without a reason.</summary>
internal sealed class PolicyRule : CommitRule
{
    public override string Collection => Collections.AliasPolicies;

    public override async ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(
        RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken)
    {
        var models = new ModelRecords(records);
        var before = await models.Policies.GetAsync(operation.Key.Id, cancellationToken).ConfigureAwait(false);
        if (before is { Value: var policy })
        {
            if (!Actors.Contains(policy.Owners, commit.Actor))
                throw new MLOpsRejectedException(
                    $"'{Name.Shown(commit.Actor)}' may not change the policy of the alias '{policy.Alias}' of '{policy.Model}': its owners are {string.Join(", ", policy.Owners.Select(Name.Shown))}. Ask one of them.");
            if (string.IsNullOrWhiteSpace(commit.Reason))
                throw new MLOpsInvalidException($"The policy of the alias '{policy.Alias}' of '{policy.Model}' is not changed without a reason. Say why; the audit chain keeps it.");
        }

        if (operation is RecordPut put)
        {
            var next = models.Policies.Read(put);
            Require(next);
            if (models.Policies.Put(next, null).Key != put.Key || next.SetBy != commit.Actor || next.Revision != (before?.Value.Revision ?? 0) + 1 || next.Owners.Count == 0)
                throw new MLOpsInvalidException($"The record {put.Key} is no policy of an alias: its id, actor, revision or owners are not what they must be. Set policies with AliasProtection.");
        }

        return [];
    }

    /// <exception cref="MLOpsInvalidException">The policy breaks a rule.</exception>
    public static void Require(AliasPolicy policy)
    {
        Name.Require(policy.Model, "model name");
        Name.Require(policy.Alias, "alias");
        if (policy.Gates.Count > 100) throw new MLOpsInvalidException($"The policy asks for {policy.Gates.Count} gates, and at most 100 are allowed.");
        foreach (var gate in policy.Gates)
        {
            Name.Require(gate.Gate, "gate name");
            if (gate.MaxAge is { } age && age <= TimeSpan.Zero) throw new MLOpsInvalidException($"The verdict of the gate '{gate.Gate}' may be {age} old; the time must be more than zero, or null for any.");
        }

        if (policy.Gates.GroupBy(g => g.Gate, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new MLOpsInvalidException($"The policy asks for the gate '{twice.Key}' twice. Keep one of the two.");
        RequireActors(policy.Approvers, "approvers");
        RequireActors(policy.Owners, "owners");
        RequireActors(policy.MayOverride, "people who may override");
        if (policy.Approvals is < 0 or > 100) throw new MLOpsInvalidException($"The policy asks for {policy.Approvals} approvals; 0 to 100 are allowed.");
        var approvers = policy.Approvers.Distinct(Actors.Comparer).Count();
        if (approvers > 0 && approvers < policy.Approvals)
            throw new MLOpsInvalidException($"The policy asks for {policy.Approvals} approvals and names {approvers} approvers: it could never be met. Name more, or ask for fewer.");
        if (policy is { Gates.Count: 0, Approvals: 0 }) throw new MLOpsInvalidException("The policy asks for no gate and no approval. Remove it if nothing is to be protected.");
    }

    private static void RequireActors(IReadOnlyList<string> actors, string what)
    {
        if (actors.Count > 1000) throw new MLOpsInvalidException($"The policy names {actors.Count} {what}, and at most 1000 are allowed.");
        foreach (var actor in actors)
            if (string.IsNullOrWhiteSpace(actor) || actor.Length > 250) throw new MLOpsInvalidException($"The policy's {what} hold '{Name.Shown(actor)}': an actor has 1 to 250 characters.");
    }
}
