using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>
/// Whether those who ask the champion can ask the candidate as they do: every input of the candidate is one of the champion's, and every output of the champion is still one of the candidate's, with the same type and a
/// shape that fits. An input that is no longer taken is a warning: callers send it in vain. Without a champion's signature there is nothing to compare.
/// </summary>
internal sealed class SignatureGate : IGate
{
    public string Name => "signature";

    public ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        if (subject.Champion?.Signature is not { } before) return new(Result(GateOutcome.NotApplicable, $"There is no champion with a signature to compare {subject.Candidate} with."));
        if (subject.Candidate.Signature is not { } now) return new(Result(GateOutcome.Failed, $"{subject.Candidate} has no signature, and the champion {subject.Champion} has: register it with one."));
        List<string> broken = [.. Lost(before.Inputs, now.Inputs, "takes the input", "which callers do not send"), .. Lost(now.Outputs, before.Outputs, "no longer gives the output", "on which callers may rely")];
        var unused = before.Inputs.Select(f => f.Name).Except(now.Inputs.Select(f => f.Name), StringComparer.Ordinal).ToList();
        var evidence = (("inputs", (double)now.Inputs.Count), ("outputs", (double)now.Outputs.Count));
        if (broken.Count > 0) return new(Result(GateOutcome.Failed, $"{subject.Candidate} {string.Join("; ", broken.Take(10))}.", evidence.Item1, evidence.Item2));
        return new(unused.Count > 0
            ? Result(GateOutcome.Warned, $"{subject.Candidate} fits those who ask {subject.Champion}, and no longer takes {string.Join(", ", unused.Take(10).Select(MLOps.Name.Shown))}.", evidence.Item1, evidence.Item2)
            : Result(GateOutcome.Passed, $"{subject.Candidate} fits those who ask {subject.Champion}.", evidence.Item1, evidence.Item2));
    }

    /// <summary>What of <paramref name="needed"/> is not among <paramref name="there"/>.</summary>
    private static IEnumerable<string> Lost(IReadOnlyList<ModelField> there, IReadOnlyList<ModelField> needed, string verb, string why)
    {
        foreach (var field in needed)
        {
            var name = MLOps.Name.Shown(field.Name);
            if (there.FirstOrDefault(f => f.Name == field.Name) is not { } match) yield return $"{verb} '{name}', {why}";
            else if (match.DataType != field.DataType) yield return $"has '{name}' as {field.DataType} in one version and {match.DataType} in the other";
            else if (!Fits(match.Shape, field.Shape)) yield return $"has '{name}' in the shapes [{string.Join(", ", field.Shape)}] and [{string.Join(", ", match.Shape)}]";
        }
    }

    private static bool Fits(IReadOnlyList<long> one, IReadOnlyList<long> other) => one.Count == other.Count && one.Zip(other).All(d => d.First == d.Second || d.First < 0 || d.Second < 0);
}
