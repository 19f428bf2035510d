namespace MLOps.Monitoring;

/// <summary>Where an alert stands.</summary>
public enum AlertState
{
    /// <summary>Seen, but not yet in enough windows: nobody is told.</summary>
    Pending,

    /// <summary>It holds; people were told, unless it is silenced or held back.</summary>
    Open,

    /// <summary>It no longer holds.</summary>
    Resolved,
}
