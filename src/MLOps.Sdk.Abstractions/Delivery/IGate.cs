namespace MLOps.Delivery;

/// <summary>Decides whether a candidate may be promoted. One class, one file; the same object runs in CI, in a pipeline and before a promotion.</summary>
public interface IGate
{
    /// <summary>A short name, kept with the verdict.</summary>
    string Name { get; }

    /// <summary>Judges. An exception becomes the outcome Error, which blocks.</summary>
    ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default);
}
