using System.Globalization;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>What a policy says to a version.</summary>
/// <param name="Missing">What is missing, as sentences.</param>
/// <param name="Evidence">The verdicts and approvals that count, at the versions read.</param>
internal sealed record AliasJudgement(IReadOnlyList<string> Missing, IReadOnlyList<RecordCheck> Evidence)
{
    // Clocks of several machines differ; a verdict from further ahead than this would outlive its time.
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);

    public static async ValueTask<AliasJudgement> OfAsync(ModelRecords models, AliasPolicy policy, ModelVersion version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (missing, evidence) = (new List<string>(), new List<RecordCheck>());
        if (policy.Gates.Count > 0) await JudgeGatesAsync(models, policy, version, now, missing, evidence, cancellationToken).ConfigureAwait(false);
        if (policy.Approvals > 0) await CountApprovalsAsync(models, policy, version, missing, evidence, cancellationToken).ConfigureAwait(false);
        return new(missing, evidence);
    }

    private static async ValueTask JudgeGatesAsync(
        ModelRecords models, AliasPolicy policy, ModelVersion version, DateTimeOffset now, List<string> missing, List<RecordCheck> evidence, CancellationToken cancellationToken)
    {
        // The latest verdict of each gate on this content: one that failed later takes an earlier "passed" back.
        var latest = new Dictionary<string, Stored<GateVerdict>>(StringComparer.Ordinal);
        var ofVersion = Filter.And(Filter.Equal("model", version.Model), Filter.Equal("number", version.Number));
        await foreach (var verdict in models.Verdicts.QueryAsync(ofVersion, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (verdict.Value.Digest != version.Digest || verdict.Value.At > now + s_ahead) continue;
            if (!latest.TryGetValue(verdict.Value.Gate, out var known) || (verdict.Value.At, verdict.Value.Id).CompareTo((known.Value.At, known.Value.Id)) > 0)
                latest[verdict.Value.Gate] = verdict;
        }

        foreach (var (gate, maxAge) in policy.Gates)
        {
            if (!latest.TryGetValue(gate, out var verdict)) missing.Add($"The gate '{gate}' has no verdict on its content.");
            else if (!verdict.Value.Outcome.Answers()) missing.Add($"The gate '{gate}' says {verdict.Value.Outcome}: {Name.Shown(verdict.Value.Message)}");
            else if (maxAge is { } age && now - verdict.Value.At > age)
                missing.Add(string.Create(CultureInfo.InvariantCulture, $"The verdict of the gate '{gate}' of {verdict.Value.At:yyyy-MM-dd HH:mm}Z is older than {age} and has expired: ask the gate again."));
            else evidence.Add(new(models.Verdicts.Key(verdict.Value.Id), verdict.Version));
        }
    }

    private static async ValueTask CountApprovalsAsync(
        ModelRecords models, AliasPolicy policy, ModelVersion version, List<string> missing, List<RecordCheck> evidence, CancellationToken cancellationToken)
    {
        var people = new HashSet<string>(Actors.Comparer);
        var notes = new List<string>();
        await foreach (var approval in models.Approvals.QueryAsync(OfVersion(version, policy.Alias), "at", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (WhyNot(policy, version, approval.Value) is { } why) notes.Add(why);
            else if (people.Count < policy.Approvals && people.Add(approval.Value.By)) evidence.Add(new(models.Approvals.Key(ModelRecords.ApprovalId(approval.Value)), approval.Version));
        }

        if (people.Count >= policy.Approvals) return;
        var from = policy.Approvers.Count > 0 ? $" of {string.Join(", ", policy.Approvers.Select(Name.Shown))}" : "";
        missing.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{policy.Approvals} {(policy.Approvals == 1 ? "approval is" : "approvals are")} needed{from}, {people.Count} {(people.Count == 1 ? "stands" : "stand")}{(notes.Count > 0 ? $" ({string.Join("; ", notes.Take(5))})" : "")}."));
    }

    /// <summary>Why an approval does not count; null when it does.</summary>
    public static string? WhyNot(AliasPolicy policy, ModelVersion version, Approval approval) => approval switch
    {
        { RevokedAt: not null } => $"that of {Name.Shown(approval.By)} was revoked",
        _ when approval.Digest != version.Digest => $"that of {Name.Shown(approval.By)} is for another content",
        _ when policy.Approvers.Count > 0 && !Actors.Contains(policy.Approvers, approval.By) => $"{Name.Shown(approval.By)} is no approver",
        _ when !policy.AuthorMayApprove && Actors.Same(approval.By, version.CreatedBy) => $"{Name.Shown(approval.By)} registered it, and the author's approval does not count",
        _ => null,
    };

    private static Filter OfVersion(ModelVersion version, string alias) =>
        Filter.And(Filter.Equal("model", version.Model), Filter.Equal("alias", alias), Filter.Equal("number", version.Number));
}
