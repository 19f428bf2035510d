using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model diff</c>: two versions side by side.</summary>
internal static class ModelDiffCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var left = new Argument<string>("left") { Description = "A version: name/3, name@alias, sha256:…" };
        var right = new Argument<string>("right") { Description = "The other." };
        return new Command("diff", "Compares two versions: metrics, latency, signature, data, files, who and when.") { left, right }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var comparison = await store.Models.CompareAsync(arguments.GetRequiredValue(left), arguments.GetRequiredValue(right), cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(Document(comparison), CliJson.Default.ComparisonDocument);
                else Show(screen, comparison);
                return ExitCode.Ok;
            });
    }

    private static void Show(Screen screen, ModelComparison comparison)
    {
        var (left, right) = (comparison.Left, comparison.Right);
        screen.Table(["", left.ToString(), right.ToString()],
        [
            ["registered", Words.Time(left.CreatedAt), Words.Time(right.CreatedAt)], ["by", left.CreatedBy, right.CreatedBy],
            ["content", left.Digest.Hex[..12], comparison.IsSameContent ? Cell.Faint("the same") : right.Digest.Hex[..12]],
            ["size", Words.Bytes(comparison.LeftSize), Words.Bytes(comparison.RightSize)], ["run", left.RunId ?? "", right.RunId ?? ""],
            .. comparison.Metrics.Select(m => (IReadOnlyList<Cell>)[m.Name, Value(m.Left), new Cell($"{Value(m.Right)}{Delta(m)}", double.IsNaN(m.Difference) || m.Difference == 0 ? null : "yellow")]),
            .. comparison.Signature.Select(f => (IReadOnlyList<Cell>)[$"{(f.IsOutput ? "output" : "input")} {f.Name}", Field(f.Left), new Cell(Field(f.Right), "yellow")]),
            .. comparison.Files.Select(f => (IReadOnlyList<Cell>)[$"file {f.Path}", f.Left is null ? "" : Words.Bytes(f.Left.Length), new Cell(f.Right is null ? "" : $"{Words.Bytes(f.Right.Length)}, other bytes", "yellow")]),
            .. comparison.OnlyLeftData.Select(d => (IReadOnlyList<Cell>)["data", d, ""]), .. comparison.OnlyRightData.Select(d => (IReadOnlyList<Cell>)["data", "", new Cell(d, "yellow")]),
        ]);
    }

    private static ComparisonDocument Document(ModelComparison comparison) => new(
        comparison.Left.ToString(), comparison.Right.ToString(), comparison.IsSameContent, [.. comparison.Metrics.Select(m => new MetricPairItem(m.Name, m.Left, m.Right))],
        [.. comparison.Signature.Select(f => new FieldPairItem(f.Name, f.IsOutput, Item(f.Left), Item(f.Right)))], comparison.OnlyLeftData, comparison.OnlyRightData,
        [.. comparison.Files.Select(f => f.Path)], comparison.LeftSize, comparison.RightSize, comparison.Left.CreatedBy, comparison.Right.CreatedBy, comparison.Left.CreatedAt, comparison.Right.CreatedAt);

    private static FieldItem? Item(ModelField? field) => field is null ? null : new(field.Name, field.DataType, field.Shape);

    private static string Value(double value) => double.IsNaN(value) ? "" : Words.Number(value);

    private static string Delta(MetricPair metric) =>
        double.IsNaN(metric.Difference) || metric.Difference == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  ({(metric.Difference > 0 ? "+" : "")}{Words.Number(metric.Difference)})");

    private static string Field(ModelField? field) => field is null ? "" : ModelShowCommand.Field(new(field.Name, field.DataType, field.Shape));
}
