namespace MLOps.Charts;

/// <summary>
/// A picture made from data: pure, deterministic (equal data gives equal bytes on every machine and in every culture), without script, styles or outside resources.
/// </summary>
/// <remarks>
/// The SVG uses presentation attributes only, so that it lives under the strictest content security policy; text and axes take the page's colour (<c>currentColor</c>), series
/// have colours that stand out on light and dark ground and stay apart for colour-blind people. All names are encoded. Values that are not finite, or beyond 1e300, are drawn as gaps.
/// </remarks>
public abstract record Chart
{
    private protected Chart()
    {
    }

    /// <summary>What the chart shows, in a few words; also its accessible name.</summary>
    public required string Title { get; init; }

    /// <summary>Width in pixels of the drawing, 160..4,000. It scales down with the page.</summary>
    public int Width { get; init; } = 760;

    /// <summary>The picture as one <c>svg</c> element, to stand in a page or a file of its own.</summary>
    public abstract string ToSvg();

    private protected int DrawnWidth => Math.Clamp(Width, 160, 4000);
}
