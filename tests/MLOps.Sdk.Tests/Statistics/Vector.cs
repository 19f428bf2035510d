using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace MLOps.Statistics;

/// <summary>Reads the reference values and the data they belong to.</summary>
internal static class Vector
{
    private static readonly ConcurrentDictionary<string, Dictionary<string, string[]>?> Tables = new();

    public static JsonElement Json(string name) => JsonDocument.Parse(Open(name)!).RootElement;

    /// <summary>The cells that a case names, or null when its file is not in the repository.</summary>
    public static string[]? Texts(JsonElement source)
    {
        var table = Table(Path.GetFileNameWithoutExtension(source.GetProperty("file").GetString()!));
        if (table is null) return null;
        var cells = table[source.GetProperty("column").GetString()!];
        if (source.TryGetProperty("filter", out var filter))
        {
            foreach (var rule in filter.EnumerateObject())
            {
                var by = table[rule.Name];
                cells = [.. cells.Where((_, row) => by[row] == rule.Value.GetString())];
            }
        }

        if (!source.TryGetProperty("rows", out var rows)) return cells;
        return cells[Math.Min(cells.Length, rows[0].GetInt32())..Math.Min(cells.Length, rows[1].GetInt32())];
    }

    public static double[]? Numbers(JsonElement source) => Texts(source) is { } texts ? Parse(texts) : null;

    public static double[] Column(string file, string column) => Parse(Table(file)![column]);

    public static string?[] Strings(string file, string column) => Table(file)![column];

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    private static double[] Parse(string[] texts) => [.. texts.Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    private static Dictionary<string, string[]>? Table(string name) => Tables.GetOrAdd(name, static name =>
    {
        using var stream = Open(name + ".csv.gz");
        if (stream is null) return null;
        using var reader = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
        var header = reader.ReadLine()!.Split(',');
        var columns = header.Select(_ => new List<string>()).ToArray();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            for (var i = 0; i < columns.Length; i++) columns[i].Add(cells[i].Trim());
        }

        return header.Zip(columns).ToDictionary(pair => pair.First, pair => pair.Second.ToArray());
    });

    private static Stream? Open(string name) => typeof(Vector).Assembly.GetManifestResourceStream("vectors/" + name);
}
