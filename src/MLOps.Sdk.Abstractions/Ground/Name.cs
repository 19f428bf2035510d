using System.Globalization;
using System.Text;

namespace MLOps;

/// <summary>
/// The rule for names, the same everywhere: Unicode normal form C, compared ordinally, 1 to 250 characters, no control
/// characters, no lone surrogates, no white space at either end. A plain name also has none of <c>/ \ @ : #</c>, so that
/// it can stand in a reference such as <c>churn@champion</c>. A path is plain names (where <c>@ : #</c> may occur)
/// joined by <c>/</c>, never <c>.</c> or <c>..</c>, at most 1,000 characters in all.
/// </summary>
/// <remarks>In an application built with <c>InvariantGlobalization</c> the runtime knows no normal forms, and that part of the rule is not checked.</remarks>
public static class Name
{
    /// <summary>The longest plain name, in UTF-16 characters.</summary>
    public const int MaxLength = 250;

    /// <summary>The longest path, in UTF-16 characters.</summary>
    public const int MaxPathLength = 1000;

    /// <summary>Checks a plain name and returns it.</summary>
    /// <param name="value">The name.</param>
    /// <param name="what">What is being named, for the message: "model name".</param>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule; the message says which part.</exception>
    public static string Require(string? value, string what)
    {
        var problem = Problem(value, MaxLength, "/\\@:#");
        return problem is null ? value! : throw Broken(value, what, problem);
    }

    /// <summary>Checks a path of names joined by <c>/</c> and returns it. Used for files in a dataset, artifacts and metric names.</summary>
    /// <param name="value">The path.</param>
    /// <param name="what">What is being named, for the message: "artifact path".</param>
    /// <exception cref="MLOpsInvalidException">The path breaks the rule; the message says which part.</exception>
    public static string RequirePath(string? value, string what)
    {
        var problem = value is { Length: > MaxPathLength }
            ? string.Create(CultureInfo.InvariantCulture, $"it has {value.Length} characters, and at most {MaxPathLength} are allowed")
            : Problem(value, MaxPathLength, "\\");
        if (problem is null)
        {
            foreach (var segment in value!.Split('/'))
            {
                problem = segment switch
                {
                    "." or ".." => $"the segment '{segment}' would leave the folder",
                    _ => Problem(segment, MaxLength, "\\") is { } p ? $"in one of its segments {p}" : null,
                };
                if (problem is not null) break;
            }
        }

        return problem is null ? value! : throw Broken(value, what, problem);
    }

    /// <summary>A piece of hostile or huge text made fit for a message: at most 60 characters, control characters replaced.</summary>
    public static string Shown(string? value)
    {
        if (value is null) return "(null)";
        var text = new StringBuilder(64);
        foreach (var c in value.AsSpan(0, Math.Min(60, value.Length)))
            text.Append(char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c);
        if (value.Length > 60) text.Append(CultureInfo.InvariantCulture, $"… ({value.Length} characters)");
        return text.ToString();
    }

    /// <summary>Where a text is not valid Unicode: the index of its first lone surrogate; -1 when it has none.</summary>
    public static int IndexOfLoneSurrogate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return i;
            i++;
        }

        return -1;
    }

    private static MLOpsInvalidException Broken(string? value, string what, string problem) =>
        new($"'{Name.Shown(value)}' is not a valid {what}: {problem}.");

    private static string? Problem(string? value, int maxLength, string forbidden)
    {
        if (string.IsNullOrEmpty(value)) return "it is empty";
        if (value.Length > maxLength) return string.Create(CultureInfo.InvariantCulture, $"it has {value.Length} characters, and at most {maxLength} are allowed");
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsControl(c)) return string.Create(CultureInfo.InvariantCulture, $"it holds the control character U+{(int)c:X4} at position {i}");
            if (forbidden.Contains(c, StringComparison.Ordinal)) return $"it holds '{c}'";
        }

        if (IndexOfLoneSurrogate(value) is >= 0 and var lone) return string.Create(CultureInfo.InvariantCulture, $"it holds a lone surrogate at position {lone}");
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])) return "it begins or ends with white space";
        if (value is "." or "..") return "it would leave the folder";
        return value.IsNormalized(NormalizationForm.FormC) ? null : "it is not in Unicode normal form C";
    }
}
