using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.Charts;
using MLOps.Statistics;

namespace MLOps.Experiments;

/// <summary>Artifacts of a run from what programs have: files, folders, texts, tables, figures, and what a classifier is judged by.</summary>
public static class RunArtifacts
{
    /// <summary>The longest preview, in characters.</summary>
    public const int LongestPreview = 256_000;

    private const int PointsOfACurve = 500;

    /// <summary>Stores a file.</summary>
    /// <param name="run">The run.</param>
    /// <param name="file">The file's path on this machine.</param>
    /// <param name="path">Its path within the run; its own name when null.</param>
    /// <param name="cancellationToken">Cancels; no artifact is left.</param>
    /// <exception cref="MLOpsInvalidException">There is no such file.</exception>
    public static async ValueTask<Artifact> AddFileAsync(this IRun run, string file, string? path = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!File.Exists(file)) throw new MLOpsInvalidException($"There is no file '{file}'.");
        var content = File.OpenRead(file);
        await using (content.ConfigureAwait(false)) return await run.AddArtifactAsync(path ?? Path.GetFileName(file), content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stores all files of a folder and the folders in it, links left out. Interrupted, it is done again: files that are stored already are recognised by their bytes and cost no second copy.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">The folder's path on this machine.</param>
    /// <param name="path">Where they stand within the run; the folder's name when null.</param>
    /// <param name="cancellationToken">Cancels; files that were stored stay.</param>
    /// <exception cref="MLOpsInvalidException">There is no such folder.</exception>
    public static async ValueTask<IReadOnlyList<Artifact>> AddFolderAsync(this IRun run, string folder, string? path = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        var root = new DirectoryInfo(folder);
        if (!root.Exists) throw new MLOpsInvalidException($"There is no folder '{folder}'.");
        var added = new List<Artifact>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var file in root.EnumerateFiles("*", options).Select(f => f.FullName).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(root.FullName, file).Replace(Path.DirectorySeparatorChar, '/');
            added.Add(await run.AddFileAsync(file, $"{path ?? root.Name}/{relative}", cancellationToken).ConfigureAwait(false));
        }

        return added;
    }

    /// <summary>Stores a text, as UTF-8.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Its path within the run, with the extension of its kind: <c>notes.md</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<Artifact> AddTextAsync(this IRun run, string path, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(text);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        return await run.AddArtifactAsync(path, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores a figure as SVG, which any browser shows.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Its path within the run, with the extension <c>.svg</c>.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static ValueTask<Artifact> AddFigureAsync(this IRun run, string path, Chart figure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return run.AddTextAsync(Required(path, ".svg"), figure.ToSvg(), cancellationToken);
    }

    /// <summary>Stores a table as CSV (RFC 4180).</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Its path within the run, with the extension <c>.csv</c>.</param>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The rows, each with a cell for each column.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">A row has another number of cells.</exception>
    public static ValueTask<Artifact> AddTableAsync(this IRun run, string path, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var csv = new StringBuilder(Csv.Line(columns));
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            if (row.Count != columns.Count) throw new MLOpsInvalidException($"Row {number} of the table has {row.Count} cells, and there are {columns.Count} columns.");
            csv.Append(Csv.Line(row));
        }

        return run.AddTextAsync(Required(path, ".csv"), csv.ToString(), cancellationToken);
    }

    /// <summary>Stores a confusion matrix: its numbers as <c>path.json</c> and its picture as <c>path.svg</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Its path within the run, without an extension.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="labels">The names of the classes; their numbers when null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="MLOpsInvalidException">There are not as many labels as classes.</exception>
    public static async ValueTask<Artifact> AddConfusionMatrixAsync(this IRun run, string path, ConfusionMatrix matrix, IReadOnlyList<string>? labels = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        labels ??= [.. Enumerable.Range(0, matrix.Classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        if (labels.Count != matrix.Classes) throw new MLOpsInvalidException($"There are {labels.Count} labels for {matrix.Classes} classes.");
        await run.AddTextAsync($"{path}.json", Json(json =>
        {
            json.WriteString("kind", "confusion-matrix");
            Texts(json, "labels", labels);
            json.WriteStartArray("rows");
            for (var row = 0; row < matrix.Classes; row++)
            {
                json.WriteStartArray();
                for (var column = 0; column < matrix.Classes; column++) json.WriteNumberValue(matrix[row, column]);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }), cancellationToken).ConfigureAwait(false);
        var picture = new MatrixChart
        {
            Title = "Confusion matrix", RowLabel = "truth", ColumnLabel = "prediction", Labels = labels,
            Rows = [.. Enumerable.Range(0, Math.Min(matrix.Classes, MatrixChart.Most)).Select(r => (IReadOnlyList<double>)[.. Enumerable.Range(0, Math.Min(matrix.Classes, MatrixChart.Most)).Select(c => (double)matrix[r, c])])],
        };
        return await run.AddFigureAsync($"{path}.svg", picture, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores a ROC curve with the area under it: its points as <c>path.json</c>, thinned to 500, and its picture as <c>path.svg</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">Its path within the run, without an extension.</param>
    /// <param name="truths">The true class of each row.</param>
    /// <param name="scores">Its score, higher for true; no NaN.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a score is NaN, or one class is missing.</exception>
    public static async ValueTask<Artifact> AddRocAsync(this IRun run, string path, ReadOnlyMemory<bool> truths, ReadOnlyMemory<double> scores, CancellationToken cancellationToken = default)
    {
        var (falsePositives, truePositives, area) = RocCurve.Of(truths.Span, scores.Span, PointsOfACurve);
        await run.AddTextAsync($"{path}.json", Json(json =>
        {
            json.WriteString("kind", "roc");
            json.WriteNumber("area", area);
            Numbers(json, "falsePositiveRate", falsePositives);
            Numbers(json, "truePositiveRate", truePositives);
        }), cancellationToken).ConfigureAwait(false);
        return await run.AddFigureAsync($"{path}.svg", new LineChart
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"ROC, area {area:0.000}"), XLabel = "false positive rate", YLabel = "true positive rate", IncludesZero = true, PlotHeight = 320,
            Series = [new("model", falsePositives, truePositives), new("chance", [0, 1], [0, 1]) { IsDashed = true }],
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The beginning of an artifact that is a text (tables, figures as SVG and JSON among them), to be shown; null for other bytes.</summary>
    /// <param name="tracker">Where the run is tracked.</param>
    /// <param name="runId">The run.</param>
    /// <param name="path">The artifact's path.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At most <see cref="LongestPreview"/> characters. It is data: encode it before it stands in a page.</returns>
    /// <exception cref="MLOpsNotFoundException">No such run or artifact.</exception>
    public static async ValueTask<string?> PreviewArtifactAsync(this IExperimentTracker tracker, string runId, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        var content = await tracker.OpenArtifactAsync(runId, path, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var type = MediaTypeOf(path);
            if (!type.StartsWith("text/", StringComparison.Ordinal) && type is not ("application/json" or "application/jsonl" or "application/yaml" or "application/xml" or "image/svg+xml")) return null;
            using var reader = new StreamReader(content, Encoding.UTF8);
            var text = new char[LongestPreview];
            return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken).ConfigureAwait(false));
        }
    }

    private static string MediaTypeOf(string path) => new Artifact(path, 0, default).MediaType;

    private static string Required(string path, string extension) =>
        path?.EndsWith(extension, StringComparison.OrdinalIgnoreCase) == true ? path : throw new MLOpsInvalidException($"The path '{Name.Shown(path)}' must end with {extension}, by which the artifact's kind is known.");

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
