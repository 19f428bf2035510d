namespace MLOps.Models;

/// <summary>The actor of a test, changed as the story goes.</summary>
internal sealed class ActingAs(string actor) : IActorProvider
{
    private readonly AsyncLocal<string?> _now = new();

    /// <summary>Who acts in this flow of control.</summary>
    public string Actor
    {
        get => _now.Value ?? actor;
        set => _now.Value = value;
    }
}
