using System.Globalization;
using System.Text;

namespace MLOps.Charts;

/// <summary>Shares of two samples in the same bins, the one as an area, the other as a line over it: small enough that a page can hold one for each of fifty columns.</summary>
public sealed record BinChart : Chart
{
    /// <summary>The name of each bin or category, from left to right.</summary>
    public required IReadOnlyList<string> Cells { get; init; }

    /// <summary>The reference's counts, one per cell.</summary>
    public required IReadOnlyList<long> Reference { get; init; }

    /// <summary>The current counts, one per cell.</summary>
    public required IReadOnlyList<long> Current { get; init; }

    /// <summary>The name of the reference in the legend.</summary>
    public string ReferenceName { get; init; } = "Reference";

    /// <summary>The name of the current sample in the legend.</summary>
    public string CurrentName { get; init; } = "Current";

    /// <summary>Height in pixels of the plot, 40..2,000.</summary>
    public int PlotHeight { get; init; } = 90;

    /// <inheritdoc/>
    /// <exception cref="MLOpsInvalidException">The numbers of counts and cells differ.</exception>
    public override string ToSvg()
    {
        ArgumentNullException.ThrowIfNull(Cells);
        if (Reference.Count != Cells.Count || Current.Count != Cells.Count)
            throw new MLOpsInvalidException($"There are {Cells.Count} cells, {Reference.Count} reference counts and {Current.Count} current counts: give one of each per cell.");
        var body = new SvgText();
        body.Text(0, 16, Markup.Shorten(Title, DrawnWidth / 8), size: 14, bold: true);
        var top = Legend.Draw(body, 0, 24, DrawnWidth, [(ReferenceName, Palette.Of(0), false, true), (CurrentName, Palette.Of(1), false, false)]) + 4;
        var bottom = top + Math.Clamp(PlotHeight, 40, 2000);
        double[] p = Shares(Reference), q = Shares(Current);
        var most = Math.Max(p.Concat(q).DefaultIfEmpty(0).Max(), 1e-9);
        const double Left = 44;
        var width = (DrawnWidth - Left - 8) / Math.Max(1, Cells.Count);
        body.Line(Left, bottom, DrawnWidth - 8, bottom, opacity: 0.5);
        body.Text(Left - 6, top + 10, most.ToString("0.#%", CultureInfo.InvariantCulture), "end", 0.7, 11);
        body.Text(Left - 6, bottom, "0", "end", 0.7, 11);
        if (Cells.Count == 0) return End(body, bottom + 6);
        body.Path(Steps(p, isArea: true), null, fill: Palette.Of(0), fillOpacity: 0.45);
        body.Path(Steps(q, isArea: false), Palette.Of(1), 2);
        // As many names as fit: the first, the last, and some between.
        var every = Math.Max(1, (int)Math.Ceiling(Cells.Count * 110 / (DrawnWidth - Left)));
        for (var i = 0; i < Cells.Count; i += every)
            body.Text(Left + (i + 0.5) * width, bottom + 15, Markup.Shorten(Cells[i], Math.Max(4, (int)(every * width / 7))), "middle", 0.7, 10);
        return End(body, bottom + 22);

        string Steps(double[] shares, bool isArea)
        {
            var path = new StringBuilder();
            path.Append('M').Append(SvgText.Number(Left)).Append(' ').Append(SvgText.Number(isArea ? bottom : Y(shares[0])));
            for (var i = 0; i < shares.Length; i++) path.Append('V').Append(SvgText.Number(Y(shares[i]))).Append('H').Append(SvgText.Number(Left + (i + 1) * width));
            return isArea ? path.Append('V').Append(SvgText.Number(bottom)).Append('Z').ToString() : path.ToString();
        }

        double Y(double share) => bottom - share / most * (bottom - top);
    }

    private string End(SvgText body, double height) => new SvgText().Open(DrawnWidth, height, $"{Title}. {ReferenceName} and {CurrentName}.").Append(body).Close();

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        double sum = counts.Sum();
        return [.. counts.Select(c => sum > 0 ? c / sum : 0)];
    }
}
