using System.CommandLine;
using System.Text;
using MLOps.Cli.Tables;
using MLOps.Monitoring;

namespace MLOps.Cli.Commands;

/// <summary>What every <c>mlops drift</c> command takes: two files, or a file and a baseline.</summary>
internal sealed class DriftOptions
{
    public Argument<string> Current { get; } = new("current") { Description = "The CSV file that is looked at, with a header row." };

    public Option<string?> Reference { get; } = new("--reference", "-r") { Description = "The CSV file that it is held against.", HelpName = "file" };

    public Option<string?> BaselineFile { get; } = new("--baseline", "-b") { Description = "A baseline that 'mlops drift baseline' made, instead of --reference.", HelpName = "file" };

    public Option<double> Share { get; } = new("--drift-share") { Description = "The share of the columns that must drift for the data to count as drifted; 0 for any.", DefaultValueFactory = _ => new MonitorOptions().DriftShare };

    public Option<string?> Prediction { get; } = new("--prediction") { Description = "The column of the model's answers.", HelpName = "column" };

    public Option<string?> Label { get; } = new("--label") { Description = "The column of the truth.", HelpName = "column" };

    public Option<string?> Time { get; } = new("--time") { Description = "The column that says when a row happened.", HelpName = "column" };

    public Option<string[]> Category { get; } = new("--category") { Description = "A column of numbers that are names.", HelpName = "column", AllowMultipleArgumentsPerToken = true };

    public Option<string[]> Ignore { get; } = new("--ignore") { Description = "A column to leave out, such as an id.", HelpName = "column", AllowMultipleArgumentsPerToken = true };

    public Option<string?> Output { get; } = new("--out", "-o") { Description = "The file to write.", HelpName = "file" };

    public Option<bool> Force { get; } = new("--force") { Description = "Replaces the file when it is there." };

    public Command AddColumns(Command command)
    {
        foreach (var option in new Option[] { Prediction, Label, Time, Category, Ignore }) command.Add(option);
        return command;
    }

    public Command AddAll(Command command)
    {
        command.Add(Current);
        foreach (var option in new Option[] { Reference, BaselineFile, Share }) command.Add(option);
        return AddColumns(command);
    }

    public CsvColumns Columns(ParseResult arguments) => new(
        arguments.GetValue(Prediction), arguments.GetValue(Label), arguments.GetValue(Time), arguments.GetValue(Category) ?? [], arguments.GetValue(Ignore) ?? []);

    /// <summary>The report on the file, and the baseline that it was held against.</summary>
    public async Task<(MonitorReport Report, Baseline Baseline)> CompareAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var columns = Columns(arguments);
        var (reference, stored) = (arguments.GetValue(Reference), arguments.GetValue(BaselineFile));
        if ((reference is null) == (stored is null)) throw new MLOpsInvalidException("Give --reference with a CSV file, or --baseline with a file that 'mlops drift baseline' made; one of the two.");
        var current = await CsvTable.ReadAsync(arguments.GetRequiredValue(Current), columns, cancellationToken).ConfigureAwait(false);
        var options = Settings(arguments);
        if (stored is not null)
        {
            var baseline = MonitorPages.ReadBaseline(await File.ReadAllTextAsync(stored, cancellationToken).ConfigureAwait(false));
            return (Drift.Compare(baseline, current, options), baseline);
        }

        var table = await CsvTable.ReadAsync(reference!, columns, cancellationToken).ConfigureAwait(false);
        return (Drift.CompareExactly(table, current, options), Baselines.CaptureTable(table));
    }

    public MonitorOptions Settings(ParseResult arguments) => new() { DriftShare = arguments.GetValue(Share) };

    public async Task WriteAsync(ParseResult arguments, string text, CancellationToken cancellationToken) =>
        await OutputFile.WriteAsync(arguments.GetRequiredValue(Output)!, arguments.GetValue(Force), async file => await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
}
