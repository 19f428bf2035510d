using System.Security.Cryptography;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary>Keys and checkpoints in files of the user.</summary>
internal static class AuditKeys
{
    /// <summary>Reads an ECDSA key in PEM.</summary>
    public static ECDsa Read(string file, Surroundings surroundings)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(Path.GetFullPath(file, surroundings.Directory)));
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            // The reason of the failure might quote the file, and with it a private key.
            throw new MLOpsInvalidException(
                $"'{Name.Shown(file)}' holds no ECDSA key in PEM, or one with a password. Make one with: openssl ecparam -name prime256v1 -genkey -noout -out audit.key; openssl ec -in audit.key -pubout -out audit.pub");
        }
    }

    /// <summary>Reads the checkpoints of a file, one a line.</summary>
    public static IReadOnlyList<AuditCheckpoint> Checkpoints(string file, Surroundings surroundings) =>
        [.. File.ReadLines(Path.GetFullPath(file, surroundings.Directory)).Where(l => !string.IsNullOrWhiteSpace(l)).Select(AuditCheckpoint.Parse)];
}
