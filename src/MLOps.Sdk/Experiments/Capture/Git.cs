using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MLOps.Experiments;

/// <summary>Asks git about a folder. Git is given no terminal, takes no locks and starts no hook; what it cannot answer within its time is unknown.</summary>
static class Git
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private static readonly string[] s_secrets =
        [".env*", "*.env", "*.pem", "*.pfx", "*.p12", "*.key", "*.crt", "*.jks", "*.kdbx", "id_*", "*secret*", "*credential*", "*password*", "*token*", "appsettings*.json", "*.tfvars", "*.tfstate", ".npmrc", ".netrc", "*.config"];

    /// <summary>The commit and the branch; null when the folder is in no repository, or there is no git.</summary>
    public static async ValueTask<(string Commit, string? Branch)?> HeadAsync(string folder, CancellationToken cancellationToken)
    {
        if (await AskAsync(folder, ["rev-parse", "HEAD", "--abbrev-ref", "HEAD"], 4096, cancellationToken).ConfigureAwait(false) is not var (output, _)) return null;
        var lines = Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [{ Length: >= 40 } commit, ..] || !commit.All(char.IsAsciiHexDigit)) return null;
        return (commit, lines is [_, not "HEAD" and var branch] ? branch : null);
    }

    /// <summary>The uncommitted changes to tracked files, those of possible secrets left out; null when unknown. A longer difference is cut.</summary>
    public static async ValueTask<(byte[] Bytes, bool IsCut)?> ChangesAsync(string folder, int mostBytes, CancellationToken cancellationToken) =>
        await AskAsync(folder, ["diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--", ":(top)", .. s_secrets.Select(s => $":(top,exclude,icase,glob)**/{s}")], mostBytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether any tracked file differs from the commit; null when unknown.</summary>
    public static async ValueTask<bool?> IsDirtyAsync(string folder, CancellationToken cancellationToken) =>
        await AskAsync(folder, ["status", "--porcelain", "--untracked-files=no"], 1, cancellationToken).ConfigureAwait(false) is var (output, _) ? output.Length > 0 : null;

    private static async ValueTask<(byte[] Output, bool IsCut)?> AskAsync(string folder, IEnumerable<string> arguments, int mostBytes, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.fsmonitor=false", "-c", "core.quotepath=off", .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, CreateNoWindow = true,
        };
        (start.Environment["GIT_OPTIONAL_LOCKS"], start.Environment["GIT_TERMINAL_PROMPT"], start.Environment["LC_ALL"]) = ("0", "0", "C");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        Process? process = null;
        try
        {
            process = Process.Start(start);
            if (process is null) return null;
            process.StandardInput.Close();
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, patience.Token);
            // One byte more than is kept tells whether there was more.
            var output = new byte[mostBytes + 1];
            var count = await process.StandardOutput.BaseStream.ReadAtLeastAsync(output, output.Length, throwOnEndOfStream: false, patience.Token).ConfigureAwait(false);
            if (count > mostBytes)
            {
                End(process);
                return (output[..mostBytes], true);
            }

            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? (output[..count], false) : null;
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException or OperationCanceledException)
        {
            if (process is not null) End(process);
            return null;
        }
        finally
        {
            process?.Dispose();
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It ended by itself.
        }
    }
}
