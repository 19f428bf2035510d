using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops audit sign</c>.</summary>
internal static class AuditSignCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var key = new Option<string>("--key") { Description = "The private key, ECDSA in PEM. Nothing of it is kept.", HelpName = "file", Required = true };
        var file = new Option<string?>("--to") { Description = "The file that the checkpoint is added to, outside the store; printed when left out.", HelpName = "file" };
        return new Command("sign", "Signs the chain as it is now: a checkpoint to be kept where those who can write the store cannot.") { key, file }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                using var signing = AuditKeys.Read(arguments.GetRequiredValue(key), surroundings);
                var checkpoint = await store.Audit.SignAsync(signing, cancellationToken).ConfigureAwait(false);
                var target = arguments.GetValue(file);
                if (target is not null) await File.AppendAllTextAsync(Path.GetFullPath(target, surroundings.Directory), checkpoint + "\n", cancellationToken).ConfigureAwait(false);
                if (screen.Json)
                    screen.Write(new CheckpointDocument(checkpoint.Sequence, checkpoint.Hash.Hex, checkpoint.At, checkpoint.Signature, target), CliJson.Default.CheckpointDocument);
                else if (target is null) surroundings.Out.WriteLine(checkpoint);
                else screen.Line(new Cell(string.Create(CultureInfo.InvariantCulture, $"Entry {checkpoint.Sequence} is signed"), "green"));
                return ExitCode.Ok;
            });
    }
}
