using System.Globalization;
using System.Text;

namespace MLOps.Charts;

/// <summary>Writes SVG elements: numbers in the invariant culture with one decimal, texts encoded.</summary>
internal sealed class SvgText
{
    public const double FontSize = 12;
    private readonly StringBuilder _text = new();

    public static string Number(double value)
    {
        // One decimal is a tenth of a pixel; never "-0".
        var rounded = Math.Round(value, 1);
        return (rounded == 0 ? 0 : rounded).ToString("0.#", CultureInfo.InvariantCulture);
    }

    public SvgText Open(int width, double height, string label)
    {
        var tall = Number(Math.Ceiling(height));
        _text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {tall}\" width=\"{width}\" height=\"{tall}\" role=\"img\" aria-label=\"{Markup.Encode(label)}\" ")
            .Append(CultureInfo.InvariantCulture, $"font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif\" font-size=\"{FontSize}\" fill=\"currentColor\">");
        return this;
    }

    public SvgText Append(SvgText other)
    {
        _text.Append(other._text);
        return this;
    }

    public string Close() => _text.Append("</svg>").ToString();

    public SvgText Text(double x, double y, string text, string anchor = "start", double opacity = 1, double size = FontSize, bool bold = false)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(x)}\" y=\"{Number(y)}\"");
        if (anchor != "start") _text.Append(CultureInfo.InvariantCulture, $" text-anchor=\"{anchor}\"");
        if (opacity < 1) _text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{opacity}\"");
        if (size != FontSize) _text.Append(CultureInfo.InvariantCulture, $" font-size=\"{Number(size)}\"");
        if (bold) _text.Append(" font-weight=\"600\"");
        _text.Append('>').Append(Markup.Encode(text)).Append("</text>");
        return this;
    }

    public SvgText Line(double x1, double y1, double x2, double y2, string colour = "currentColor", double opacity = 1, double width = 1, string? dashes = null, string? tip = null)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\" stroke=\"{colour}\" stroke-width=\"{Number(width)}\"");
        if (opacity < 1) _text.Append(CultureInfo.InvariantCulture, $" stroke-opacity=\"{opacity}\"");
        if (dashes is not null) _text.Append(CultureInfo.InvariantCulture, $" stroke-dasharray=\"{dashes}\"");
        return End("line", tip);
    }

    public SvgText Box(double x, double y, double width, double height, string colour, double opacity = 1, double radius = 0, string? tip = null)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(Math.Max(0, width))}\" height=\"{Number(Math.Max(0, height))}\" fill=\"{colour}\"");
        if (opacity < 1) _text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{opacity}\"");
        if (radius > 0) _text.Append(CultureInfo.InvariantCulture, $" rx=\"{Number(radius)}\"");
        return End("rect", tip);
    }

    /// <summary>A path whose data is already in SVG's own letters.</summary>
    public SvgText Path(string data, string? stroke, double width = 0, string? fill = null, double fillOpacity = 1, string? dashes = null, string? tip = null)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"{data}\" fill=\"{fill ?? "none"}\"");
        if (fill is not null && fillOpacity < 1) _text.Append(CultureInfo.InvariantCulture, $" fill-opacity=\"{fillOpacity}\"");
        if (stroke is not null) _text.Append(CultureInfo.InvariantCulture, $" stroke=\"{stroke}\" stroke-width=\"{Number(width)}\" stroke-linejoin=\"round\" stroke-linecap=\"{(dashes is null ? "round" : "butt")}\"");
        if (dashes is not null) _text.Append(CultureInfo.InvariantCulture, $" stroke-dasharray=\"{dashes}\"");
        return End("path", tip);
    }

    private SvgText End(string element, string? tip)
    {
        if (tip is null) _text.Append("/>");
        else _text.Append("><title>").Append(Markup.Encode(tip)).Append("</title></").Append(element).Append('>');
        return this;
    }
}
