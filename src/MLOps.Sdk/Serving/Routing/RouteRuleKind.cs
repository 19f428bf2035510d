namespace MLOps.Serving;

/// <summary>What a rule of a route looks at, in order of precedence.</summary>
internal enum RouteRuleKind
{
    /// <summary>The request's key.</summary>
    Pin,

    /// <summary>A header of the request.</summary>
    Header,

    /// <summary>The request's tenant.</summary>
    Tenant,
}
