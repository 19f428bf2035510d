using System.Globalization;
using System.Text.Json;
using MLOps.AspNetCore.Problems;
using MLOps.Predictions;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Reads labels by hand: the first thing that is wrong is reported with the index of its item.</summary>
internal static class LabelBody
{
    private const int MaxLabels = 10_000;
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static IReadOnlyList<PredictionLabel> Parse(ReadOnlyMemory<byte> json, out Problem? problem)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? Many(document.RootElement, out problem)
                : [One(document.RootElement, out problem)];
        }
        catch (JsonException e)
        {
            problem = Problem.Invalid(string.Create(CultureInfo.InvariantCulture, $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}), is nested too deeply or names a member twice."));
            return [];
        }
    }

    private static PredictionLabel[] Many(JsonElement array, out Problem? problem)
    {
        var count = array.GetArrayLength();
        problem = count <= MaxLabels ? null : Problem.Invalid(string.Create(CultureInfo.InvariantCulture, $"The array has {count} labels; at most {MaxLabels} are taken at a time."));
        if (problem is not null) return [];
        var labels = new PredictionLabel[count];
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            labels[index] = One(item, out problem);
            if (problem is not null)
            {
                problem = problem with { Index = index, Detail = string.Create(CultureInfo.InvariantCulture, $"Item {index}: {problem.Detail}") };
                return [];
            }

            index++;
        }

        return labels;
    }

    private static PredictionLabel One(JsonElement item, out Problem? problem)
    {
        problem = null;
        if (item.ValueKind != JsonValueKind.Object)
        {
            problem = Problem.Invalid("A label is an object with 'id', 'value' and, if known, 'observedAt'.");
            return default;
        }

        PredictionId? id = null;
        double? value = null;
        DateTimeOffset? observedAt = null;
        foreach (var member in item.EnumerateObject())
        {
            problem = member.Name switch
            {
                "id" => Id(member.Value, out id),
                "value" => Value(member.Value, out value),
                "observedAt" => ObservedAt(member.Value, out observedAt),
                _ => Problem.Invalid($"A label has no member '{Name.Shown(member.Name)}'; it has 'id', 'value' and 'observedAt'."),
            };
            if (problem is not null) return default;
        }

        if (id is null) problem = Problem.Invalid("A label needs the 'id' of its prediction.");
        else if (value is null) problem = Problem.Invalid("A label needs a 'value'.");
        return problem is null ? new PredictionLabel(id!.Value, value!.Value, observedAt) : default;
    }

    private static Problem? Id(JsonElement element, out PredictionId? id)
    {
        id = null;
        var text = element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
        if (!PredictionId.TryParse(text, out var parsed)) return Problem.Invalid($"'{Name.Shown(text)}' is not a prediction id; it is the 'id' of the answer to a prediction, 'p-' followed by hexadecimal characters.");
        id = parsed;
        return null;
    }

    private static Problem? Value(JsonElement element, out double? value)
    {
        value = element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
        return value is null ? Problem.Invalid($"The 'value' of a label is a finite number, and {Name.Shown(element.GetRawText())} is not.") : null;
    }

    private static Problem? ObservedAt(JsonElement element, out DateTimeOffset? time)
    {
        time = null;
        if (element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind != JsonValueKind.String || !EventTime.TryParse(element.GetString(), out var parsed))
            return Problem.Invalid($"'observedAt' is {Name.Shown(element.GetRawText())}; a time in ISO 8601 with an offset is expected, \"2012-05-01T18:00:00Z\" for instance.");
        time = parsed;
        return null;
    }
}
