using System.Globalization;
using System.Text;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>A field as a filter's text names it, and what it may be compared with.</summary>
/// <param name="Name">The field's name in a <see cref="Filter"/>.</param>
/// <param name="Values">What it compares with.</param>
internal readonly record struct RunFilterField(string Name, RunFilterValues Values)
{
    private const string Expected = "a field: metrics.x, params.x, tags.x, datasets.x or attributes.name, status, experiment, actor, id, parent, started, ended, deleted, duration";

    private static readonly Dictionary<string, string> s_kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["metrics"] = "metrics", ["metric"] = "metrics", ["params"] = "params", ["param"] = "params", ["parameters"] = "params", ["parameter"] = "params",
        ["tags"] = "tags", ["tag"] = "tags", ["datasets"] = "datasets", ["dataset"] = "datasets",
        ["attributes"] = "attributes", ["attribute"] = "attributes", ["attr"] = "attributes", ["run"] = "attributes",
    };

    private static readonly Dictionary<string, string> s_attributes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = "name", ["run_name"] = "name", ["status"] = "status", ["experiment"] = "experiment", ["actor"] = "actor", ["user"] = "actor", ["user_id"] = "actor",
        ["id"] = "id", ["run_id"] = "id", ["parent"] = "parent", ["started"] = "started", ["start_time"] = "started", ["created"] = "started", ["ended"] = "ended", ["end_time"] = "ended",
        ["deleted"] = "deleted", ["duration"] = "duration",
    };

    /// <summary>Reads a field that may consist of several words: <c>metrics."a b".min</c>.</summary>
    /// <param name="tokens">The words.</param>
    /// <param name="next">The first; behind the field afterwards.</param>
    public static RunFilterField Read(List<RunFilterToken> tokens, ref int next)
    {
        var first = tokens[next];
        if (first.Kind != RunFilterTokenKind.Word) throw RunFilterLexer.Error(first.At, Expected, first.ToString());
        var written = new StringBuilder(first.Text);
        var quoted = false;
        next++;
        for (; tokens[next].At == tokens[next - 1].End && tokens[next].Kind is RunFilterTokenKind.Quoted or RunFilterTokenKind.Word; next++)
        {
            if (tokens[next].Kind == RunFilterTokenKind.Quoted && (quoted || written[^1] != '.')) break;
            if (tokens[next].Kind == RunFilterTokenKind.Word && tokens[next].Text[0] != '.') break;
            quoted = true;
            written.Append(tokens[next].Text);
        }

        var dot = first.Text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return s_attributes.TryGetValue(first.Text, out var bare) && !quoted ? Attribute(bare) : throw RunFilterLexer.Error(first.At, Expected, first.ToString());
        if (!s_kinds.TryGetValue(first.Text[..dot], out var kind)) throw RunFilterLexer.Error(first.At, Expected, first.ToString());
        var name = written.ToString()[(dot + 1)..];
        if (name.Length == 0) throw RunFilterLexer.Error(first.End, $"the name of what is meant behind '{first.Text}'", tokens[next].ToString());
        if (kind == "attributes") return s_attributes.TryGetValue(name, out var attribute) ? Attribute(attribute) : throw RunFilterLexer.Error(first.At + dot + 1, $"an attribute: {string.Join(", ", s_attributes.Values.Distinct())}", $"'{MLOps.Name.Shown(name)}'");
        // The longest name that a run's param or metric may have, and a dot with the longest word behind it.
        if (Encoding.UTF8.GetByteCount(name) > 660 || name.Contains('\0', StringComparison.Ordinal) || MLOps.Name.IndexOfLoneSurrogate(name) >= 0)
            throw RunFilterLexer.Error(first.At + dot + 1, "a name that a run can have: at most 400 bytes of valid text", $"'{MLOps.Name.Shown(name)}'");
        return new($"{kind}.{name}", kind switch { "metrics" => RunFilterValues.Numbers, "params" => RunFilterValues.Any, _ => RunFilterValues.Texts });
    }

    private static RunFilterField Attribute(string name) => new($"attributes.{name}", name switch
    {
        "started" or "ended" or "deleted" => RunFilterValues.Times,
        "duration" => RunFilterValues.Numbers,
        "status" => RunFilterValues.Statuses,
        _ => RunFilterValues.Texts,
    });

    /// <summary>Reads a value that this field compares with.</summary>
    public FieldValue Value(RunFilterToken token)
    {
        var isNumber = TryNumber(token, out var number);
        var text = token.Kind is RunFilterTokenKind.Text or RunFilterTokenKind.Quoted ? token.Text : null;
        switch (Values)
        {
            case RunFilterValues.Numbers or RunFilterValues.Any or RunFilterValues.Times when isNumber:
                return number;
            case RunFilterValues.Texts or RunFilterValues.Any when text is not null:
                return Text(token);
            case RunFilterValues.Statuses when text is not null && Enum.GetNames<RunStatus>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } status:
                return status;
            case RunFilterValues.Times when text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                return FieldValue.Of(time);
        }

        throw RunFilterLexer.Error(token.At, Values switch
        {
            RunFilterValues.Numbers => $"a number, with which {Name} compares",
            RunFilterValues.Any => "a number, or a text in quotes",
            RunFilterValues.Times => "a time such as '2026-01-31' in quotes, or milliseconds since 1970",
            RunFilterValues.Statuses => $"one of {string.Join(", ", Enum.GetNames<RunStatus>().Select(n => $"'{n}'"))}",
            _ => $"a text in quotes, with which {Name} compares",
        }, token.ToString());
    }

    private static bool TryNumber(RunFilterToken token, out double number)
    {
        number = 0;
        if (token.Kind != RunFilterTokenKind.Word) return false;
        switch (token.Text.ToLowerInvariant())
        {
            case "inf" or "+inf" or "infinity" or "+infinity": number = double.PositiveInfinity; return true;
            case "-inf" or "-infinity": number = double.NegativeInfinity; return true;
        }

        return (char.IsAsciiDigit(token.Text[^1]) || token.Text[^1] == '.') && double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    private static FieldValue Text(RunFilterToken token)
    {
        try
        {
            return token.Text;
        }
        catch (MLOpsInvalidException e)
        {
            throw RunFilterLexer.Error(token.At, "a text of at most 8,192 bytes of valid Unicode", $"{token} ({e.Message})");
        }
    }
}
