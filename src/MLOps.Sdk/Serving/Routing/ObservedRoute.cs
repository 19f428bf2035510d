namespace MLOps.Serving;

/// <summary>What one server answers by: written after the routing table was published.</summary>
internal sealed record ObservedRoute
{
    public required string Model { get; init; }

    public required string Alias { get; init; }

    /// <summary>The server: drawn when it began. It lives as long as its lease; see <see cref="RouteRecords.LiveAsync"/>.</summary>
    public required string Instance { get; init; }

    public required string Host { get; init; }

    /// <summary>The route's revision that decides here; 0 while the alias alone does.</summary>
    public required long Revision { get; init; }

    /// <summary>The version that the first arm answers with; null while nothing is loaded.</summary>
    public int? Number { get; init; }

    /// <summary>Why a newer revision could not be obeyed: a version does not load. Null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>Arms that this server took out by itself under this revision.</summary>
    public IReadOnlyList<TrippedArm> Tripped { get; init; } = [];

    /// <summary>By the server's clock; to be shown.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}
