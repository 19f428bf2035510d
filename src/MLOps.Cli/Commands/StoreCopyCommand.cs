using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Storage;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops store copy</c>.</summary>
internal static class StoreCopyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var from = new Option<string>("--from") { Description = "The store to copy: a folder, or an address such as postgresql:VARIABLE+s3:bucket.", HelpName = "store", Required = true };
        var to = new Option<string>("--to") { Description = "The store to copy it to: empty, or an earlier copy of the same store.", HelpName = "store", Required = true };
        var parallel = new Option<int>("--parallel") { Description = "How many blobs are copied at once: 1 to 64.", DefaultValueFactory = _ => 4 };
        var noCompare = new Option<bool>("--no-compare") { Description = "Do not read both stores again at the end to compare them." };
        var command = new Command("copy", "Copies a whole store: same ids, versions, history and hash chain. Goes on where an earlier copy was interrupted.") { from, to, parallel, noCompare };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var source = StoreLocation.Named(arguments.GetValue(from)!, "--from", surroundings, mustExist: true);
            var target = StoreLocation.Named(arguments.GetValue(to)!, "--to", surroundings, mustExist: false);
            if (source.Folder == target.Folder) throw new MLOpsInvalidException("--from and --to name the same store.");
            var screen = new Screen(surroundings, arguments.GetValue(CommonOptions.Json)) { Store = target.Folder };
            MLOpsClient reads = source.Address.Open(null, surroundings.Time), writes = target.Address.Open(null, surroundings.Time);
            await using var endSource = reads.ConfigureAwait(false);
            await using var endTarget = writes.ConfigureAwait(false);
            StoreCopyResult copied;
            using (var progress = new ProgressLine(surroundings))
                copied = await StoreCopy.RunAsync(reads.Parts, writes.Parts, new() { Parallel = arguments.GetValue(parallel), Compare = !arguments.GetValue(noCompare) }, progress, cancellationToken).ConfigureAwait(false);

            var document = new StoreCopyDocument(source.Folder, target.Folder, copied.Blobs, copied.Bytes, copied.Streams, copied.Blocks, copied.Records, copied.Position, copied.Digest?.Hex);
            if (screen.Json) screen.Write(document, CliJson.Default.StoreCopyDocument);
            else
                screen.Facts(
                    ("from", document.From), ("to", new Cell(document.To, "bold")),
                    ("copied", $"{Words.Count(copied.Blobs, "blob")} ({Words.Bytes(copied.Bytes)}), {Words.Count(copied.Blocks, "block")} of {Words.Count(copied.Streams, "stream")}, {Words.Count(copied.Records, "record")}"),
                    ("compared", document.Sha256 is { } hash ? new Cell($"equal, {hash}", "green") : "no"));
            return ExitCode.Ok;
        });
        return command;
    }
}
