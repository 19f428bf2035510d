namespace MLOps.Monitoring;

/// <summary>What one report says about one kind of alert.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Strength">How many times its threshold: from 1 on it is found.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">Plain sentences.</param>
/// <param name="Features">The columns it names.</param>
internal sealed record AlertFinding(AlertKind Kind, double Strength, string Title, string Text, IReadOnlyList<string> Features)
{
    public bool IsFound => Strength >= 1;

    public static AlertFinding None(AlertKind kind) => new(kind, 0, "", "", []);
}
