namespace MLOps.Records;

/// <summary>The default actor: the operating system's user and machine. A claim, not an authentication.</summary>
internal sealed class EnvironmentActor : IActorProvider
{
    public string Actor { get; } = $"{Environment.UserName}@{Environment.MachineName}";
}
