using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary>Arguments, options and sentences that several commands on datasets share.</summary>
internal static class DatasetOptions
{
    public static Argument<string> Version(string name = "dataset") =>
        new(name) { Description = "A version: a dataset's name (its newest), name@tag, name@branch, name@2026-03-01, or a version's id or enough of its beginning." };

    public static Option<string?> Message() => new("--message", "-m") { Description = "Why; kept with the version.", HelpName = "text" };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "Says what would be done, and does nothing." };

    /// <summary>Files done, as a bar.</summary>
    public static IProgress<DatasetProgress> Files(ProgressLine line) => new Told<DatasetProgress>(p => line.Report(new StoreProgress("files", p.Files, p.TotalFiles)));

    /// <summary>Versions brought, as a count.</summary>
    public static IProgress<DatasetVersion> Versions(ProgressLine line)
    {
        var done = 0L;
        return new Told<DatasetVersion>(_ => line.Report(new StoreProgress("versions", Interlocked.Increment(ref done), 0)));
    }

    public static void Say(Screen screen, DataCommitDocument document, string unchanged)
    {
        if (screen.Json)
        {
            screen.Write(document, CliJson.Default.DataCommitDocument);
            return;
        }

        foreach (var (sign, style, paths) in new[] { ("+", "green", document.Added), ("~", "yellow", document.Modified), ("-", "red", document.Removed) })
            foreach (var path in paths) screen.Line(new Cell($"{sign} {path}", style));
        if (!document.Done) screen.Line(Cell.Faint("(dry run: nothing was changed)"));
        else if (!document.Changed) screen.Line(unchanged);
        else if (document.Version is { } version)
            screen.Line(new Cell($"{version.Dataset}@{version.Id[..12]}", "green"), Cell.Faint($"  {Words.Count(version.FileCount, "file")}, {Words.Bytes(version.Length)}"));
    }

    /// <summary>Said at once, where it happens: order is kept.</summary>
    private sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
