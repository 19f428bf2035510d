using System.Globalization;
using MLOps.Records;

namespace MLOps.Models;

/// <summary>Deletes the versions that a rule does not keep. Thread-safe.</summary>
public sealed class ModelRetention
{
    private readonly TimeProvider _time;
    private readonly IModelRegistry _registry;
    private readonly ModelAliases _aliases;

    internal ModelRetention(RecordWriter writer, IModelRegistry registry) =>
        (_time, _registry, _aliases) = (writer.Time, registry, new ModelAliases(writer, new ModelRecords(writer.Store)));

    /// <summary>What a rule says to each version of a model, newest first. Deletes nothing.</summary>
    /// <exception cref="MLOpsInvalidException">The rule breaks a rule.</exception>
    public async ValueTask<IReadOnlyList<RetentionDecision>> PlanAsync(string model, RetentionRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Name.Require(model, "model name");
        if (rule.Latest < 1) throw new MLOpsInvalidException($"The rule keeps the latest {rule.Latest} versions; at least the latest one is kept.");
        if (rule.Age is { } age && age < TimeSpan.Zero) throw new MLOpsInvalidException($"The rule keeps versions for {age}; a time is not negative.");

        var needed = new Dictionary<int, string>();
        await foreach (var alias in _registry.AliasesAsync(model, cancellationToken).ConfigureAwait(false))
        {
            needed[alias.Number] = $"the alias '{alias.Alias}' points to it";
            if (await _aliases.BeforeAsync(alias, cancellationToken).ConfigureAwait(false) is { } before) needed.TryAdd(before, $"the alias '{alias.Alias}' would roll back to it");
        }

        var decisions = new List<RetentionDecision>();
        await foreach (var version in _registry.VersionsAsync(model, cancellationToken).ConfigureAwait(false))
        {
            var why = needed.GetValueOrDefault(version.Number) ?? WhyKept(version, decisions.Count, rule);
            decisions.Add(new(version, why is not null, why ?? "nothing keeps it"));
        }

        return decisions;
    }

    /// <summary>Deletes what a rule does not keep, and says what became of each version. One that is needed at the last moment is kept.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="reason">Why; stands in the audit with each deletion.</param>
    /// <param name="cancellationToken">Cancels; what was deleted by then is gone.</param>
    public async ValueTask<IReadOnlyList<RetentionDecision>> ApplyAsync(string model, RetentionRule rule, string reason, CancellationToken cancellationToken = default)
    {
        var done = new List<RetentionDecision>();
        foreach (var decision in await PlanAsync(model, rule, cancellationToken).ConfigureAwait(false))
            done.Add(decision.IsKept ? decision : await DeleteAsync(decision, reason, cancellationToken).ConfigureAwait(false));
        return done;
    }

    private async ValueTask<RetentionDecision> DeleteAsync(RetentionDecision decision, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await _registry.DeleteAsync(decision.Version.Model, decision.Version.Number, reason, cancellationToken).ConfigureAwait(false);
            return decision;
        }
        catch (MLOpsRejectedException e)
        {
            return decision with { IsKept = true, Why = e.Message };
        }
        catch (MLOpsNotFoundException)
        {
            return decision with { Why = "somebody else deleted it" };
        }
    }

    private string? WhyKept(ModelVersion version, int newer, RetentionRule rule)
    {
        if (version.LegalHold is { } hold) return $"it is under legal hold: {hold}";
        if (newer < rule.Latest) return newer == 0 ? "it is the latest" : string.Create(CultureInfo.InvariantCulture, $"it is one of the latest {rule.Latest}");
        if (rule.Age is { } age && _time.GetUtcNow() - version.CreatedAt <= age) return $"it is younger than {age}";
        if (version.Stage is { } stage && rule.Stages.Contains(stage, StringComparer.Ordinal)) return $"it is in the stage '{stage}'";
        return rule.Tags.FirstOrDefault(version.Tags.ContainsKey) is { } tag ? $"it has the tag '{tag}'" : null;
    }
}
