using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops audit verify</c>.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var checkpoints = new Option<string?>("--checkpoints") { Description = "A file of signed checkpoints, one a line, that was kept outside the store.", HelpName = "file" };
        var key = new Option<string?>("--key") { Description = "The public key they were signed with, in PEM.", HelpName = "file" };
        var chain = new Option<bool>("--chain-only") { Description = "Does not compare the records with what their last entries say." };
        return new Command("verify", "Finds what was changed, removed, put in or reordered behind the library, and says what cannot be known.") { checkpoints, key, chain }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                using var trusted = arguments.GetValue(key) is { } file ? AuditKeys.Read(file, surroundings) : null;
                var held = arguments.GetValue(checkpoints) is { } signed ? AuditKeys.Checkpoints(signed, surroundings) : [];
                var report = await store.Audit.ExamineAsync(
                    new AuditExamination { CompareRecords = !arguments.GetValue(chain), Checkpoints = held, Key = trusted }, cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(Document(report), CliJson.Default.AuditReportDocument);
                else Show(screen, report);
                return report.IsIntact ? ExitCode.Ok : ExitCode.IntegrityFailure;
            });
    }

    private static AuditReportDocument Document(AuditReport report) => new(
        report.Entries, report.Records, report.SignedEntries, report.IsIntact, report.Coverage, [.. report.Findings.Select(f => new AuditFindingItem(Words.Lower(f.Kind), f.Key, f.First, f.Last, f.Message))]);

    private static void Show(Screen screen, AuditReport report)
    {
        screen.Line(report.IsIntact
            ? new Cell($"{Words.Count(report.Entries, "entry", "entries")}, {Words.Count(report.Records, "record")}: nothing is wrong", "green")
            : new Cell($"{Words.Count(report.Entries, "entry", "entries")}: {Words.Count(report.Findings.Count, "finding")}", "red"));
        if (report.Findings.Count > 0)
            screen.Table(["what", "where", "finding"], [.. report.Findings.Select(f => (IReadOnlyList<Cell>)[new Cell(Words.Lower(f.Kind), "red"), f.Key, f.Message])]);
        screen.Line(Cell.Faint(report.Coverage));
    }
}
