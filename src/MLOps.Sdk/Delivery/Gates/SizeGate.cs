using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>How many bytes the candidate's files have together.</summary>
internal sealed class SizeGate(long maximumBytes) : IGate
{
    public string Name => "size";

    public ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var size = subject.Candidate.Files.Sum(f => f.Length);
        var change = subject.Champion is { } champion ? Of($"; {champion} has {champion.Files.Sum(f => f.Length):#,0}") : "";
        return new(Result(
            size <= maximumBytes ? GateOutcome.Passed : GateOutcome.Failed, $"{subject.Candidate} has {size:#,0} bytes in {subject.Candidate.Files.Count} files, at most {maximumBytes:#,0} are wanted{change}.",
            ("bytes", size), ("maximumBytes", maximumBytes)));
    }
}
