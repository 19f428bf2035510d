using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops store verify</c>.</summary>
internal static class StoreVerifyCommand
{
    public static Command Create(Surroundings surroundings) => new Command("verify", "Reads the whole store and names what is damaged or missing.")
        .OnStore(surroundings, async (store, screen, _, cancellationToken) =>
        {
            StoreVerification told;
            using (var progress = new ProgressLine(surroundings)) told = await StoreVerification.RunAsync(store.Parts, progress, cancellationToken).ConfigureAwait(false);
            var document = new StoreVerifyDocument(
                screen.Store, told.Problems.Count == 0, told.Blobs, told.Bytes, told.Streams, told.Blocks, told.Records, told.Pins, told.AuditEntries,
                [.. told.Problems.Select(p => new ProblemItem(p.Kind, p.Subject, p.Message))]);
            if (screen.Json) screen.Write(document, CliJson.Default.StoreVerifyDocument);
            else Show(screen, document);
            return document.Sound ? ExitCode.Ok : ExitCode.IntegrityFailure;
        });

    private static void Show(Screen screen, StoreVerifyDocument told)
    {
        screen.Facts(
            ("store", new Cell(told.Store, "bold")),
            ("read", $"{Words.Count(told.Blobs, "blob")} ({Words.Bytes(told.Bytes)}), {Words.Count(told.Blocks, "block")} of {Words.Count(told.Streams, "stream")}, {Words.Count(told.Records, "record")}"),
            ("checked", $"{Words.Count(told.Pins, "pin")}, {Words.Count(told.AuditEntries, "link")} of the audit chain"),
            ("result", told.Sound ? new Cell("sound", "green") : new Cell(Words.Count(told.Problems.Count, "problem"), "red")));
        foreach (var problem in told.Problems) screen.Line(new Cell($"{problem.Kind}: ", "red"), problem.Message);
    }
}
