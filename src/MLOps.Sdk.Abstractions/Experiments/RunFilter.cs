using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// Reads a condition on runs from text:
/// <c>metrics.rmse &lt; 0.5 AND (params.lr IN ('0.1', '0.2') OR tags.team = 'a')</c>.
/// </summary>
/// <remarks>
/// <para><b>Fields</b> are <c>metrics.x</c> (the last value; <c>.min</c>, <c>.max</c>, <c>.mean</c>, <c>.count</c>), <c>params.x</c>, <c>tags.x</c>, <c>datasets.x</c> (the
/// version read; <c>datasets.x.context</c> for one purpose) and <c>attributes.name|status|experiment|actor|id|parent|started|ended|deleted|duration</c>. A name with other characters than letters,
/// digits and <c>_ - . / : @ # %</c> stands in double quotes or backticks: <c>params."batch size"</c>. Singular kinds, and attributes without their kind, are understood.</para>
/// <para><b>Operators</b>: <c>= != &lt; &lt;= &gt; &gt;=</c>, <c>IN (…)</c>, <c>BETWEEN … AND …</c>, <c>LIKE '…'</c> (case-sensitive; <c>%</c> any run, <c>_</c> one character, <c>\</c> escapes), <c>IS NULL</c>, joined by
/// <c>AND</c>, <c>OR</c>, <c>NOT</c> and parentheses; <c>NOT</c> binds tightest, <c>OR</c> loosest, and words may be in any case. A run without the field meets no comparison, not even <c>!=</c>, <c>NOT IN</c>, <c>NOT LIKE</c> or <c>NOT BETWEEN</c>;
/// <c>NOT (…)</c> is the plain opposite.</para>
/// <para><b>Values</b> are numbers, or text in single or double quotes where a doubled quote stands for one. A param compares with a number by its value (<c>params.lr &lt; 0.5</c>) and with a text by
/// its letters. Times are texts such as <c>'2026-01-31'</c> or <c>'2026-01-31T12:00:00Z'</c> (UTC unless said otherwise), or milliseconds since 1970; durations are seconds.</para>
/// </remarks>
public static class RunFilter
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 16_384;

    /// <summary>Reads a condition.</summary>
    /// <param name="text">At most <see cref="MaxLength"/> characters, 12 levels of parentheses, and 200 conditions or 900 values.</param>
    /// <returns>The condition, for <see cref="RunQuery.Filter"/>.</returns>
    /// <exception cref="MLOpsInvalidException">The text is no condition: the message names the position, what was expected there and what was found.</exception>
    public static Filter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength) throw new MLOpsInvalidException($"The filter has {text.Length} characters; at most {MaxLength} are read.");
        return new RunFilterParser(text).Parse();
    }
}
