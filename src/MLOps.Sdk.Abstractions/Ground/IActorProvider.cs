namespace MLOps;

/// <summary>
/// Says who acts, for the audit trail. The default names the operating-system user and process; a web application
/// registers one that names the signed-in user. In an embedded store this is a claim, not an authentication.
/// </summary>
public interface IActorProvider
{
    /// <summary>The one who acts now: 1 to 250 characters. Must be cheap and thread-safe; read once per commit.</summary>
    string Actor { get; }
}
