using System.Collections;
using System.Globalization;

namespace MLOps;

/// <summary>A parameter's value as text that says the same on every machine.</summary>
static class ParamText
{
    public static string Of(string name, object value) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(item => item is null ? "null" : Of(name, item)))}]",
        // What Object.ToString gives is the type's name: every value would look the same.
        _ when value.ToString() is { } text && text != value.GetType().ToString() => text,
        _ => throw new MLOpsInvalidException($"The parameter '{Name.Shown(name)}' is a {value.GetType().Name}, which has no text form. Give its parts one by one, or a text."),
    };
}
