namespace MLOps.Models;

/// <summary>What outcomes mean for a candidate.</summary>
internal static class GateOutcomes
{
    /// <summary>Whether a candidate stays outside with it.</summary>
    public static bool Blocks(this GateOutcome outcome) => outcome is not (GateOutcome.Passed or GateOutcome.Warned or GateOutcome.NotApplicable);

    /// <summary>Whether a policy that asks for the gate is answered by it.</summary>
    public static bool Answers(this GateOutcome outcome) => outcome is GateOutcome.Passed or GateOutcome.Warned;
}
