using Microsoft.AspNetCore.Http.Metadata;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>The default limit of an endpoint; metadata that the application adds later wins.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
