using System.Globalization;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Results as gates write them.</summary>
internal static class GateText
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static GateResult Result(GateOutcome outcome, FormattableString message, params ReadOnlySpan<(string Name, double Value)> evidence)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in evidence) numbers[name] = value;
        return new(outcome, Of(message), numbers);
    }
}
