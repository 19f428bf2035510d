namespace MLOps.Serving;

/// <summary>How an arm was chosen.</summary>
internal enum RouteReason
{
    /// <summary>By chance, for a request without a key.</summary>
    Random,

    /// <summary>By the hash of the request's key.</summary>
    Hash,

    Pin,

    Header,

    Tenant,

    /// <summary>The caller named the arm.</summary>
    Asked,

    /// <summary>The arm that was chosen could not answer; the first one does.</summary>
    Diverted,
}
