namespace MLOps.Monitoring;

/// <summary>A stream detector saw the realised loss change.</summary>
/// <param name="Detector"><c>page-hinkley</c> or <c>adwin</c>.</param>
/// <param name="At">The event time of the prediction at which it fired first.</param>
/// <param name="Count">How often it fired in the window.</param>
public sealed record ConceptSignal(string Detector, DateTimeOffset At, int Count);
