using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MLOps.Records;

/// <summary>Names a process so that another one on the same machine can tell whether it still lives.</summary>
/// <param name="Machine">The machine since its last start, and the container in it.</param>
/// <param name="Id">The process id there.</param>
/// <param name="Started">When it began, by the machine's own count: a process id is used again.</param>
internal sealed record ProcessMark(string Machine, int Id, string Started)
{
    private static readonly Lazy<ProcessMark> s_here = new(() => new(MachineOf(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? ""));

    public static ProcessMark Here => s_here.Value;

    /// <summary>True when the process certainly lives no more; false when it lives, or when that cannot be known from here.</summary>
    public bool IsGone() => Machine == Here.Machine && Started.Length > 0 && StartOf(Id) != Started;

    private static string MachineOf()
    {
        if (!OperatingSystem.IsLinux()) return Environment.MachineName;
        try
        {
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{new FileInfo("/proc/self/ns/pid").LinkTarget}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Unlike every other machine's, so that nobody judges by process ids that mean nothing to him.
            return Guid.NewGuid().ToString("N");
        }
    }

    /// <summary>When a process began; null when there is none.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The name in parentheses may hold anything; the state and the rest follow its last one. The start is the 22nd field of all, in clock ticks since the machine's start.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                // A zombie was killed and only waits to be counted.
                return fields[0] is "Z" or "X" ? null : fields[19];
            }

            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is ArgumentException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or Win32Exception or IndexOutOfRangeException)
        {
            return error is IOException && OperatingSystem.IsLinux() && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}")) ? null : "unknown";
        }
    }
}
