using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using MLOps.Cli.Documents;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops version</c>. Needs no store.</summary>
internal static class VersionCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("version", "Which mlops this is.");
        command.SetAction(arguments =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
            var document = new VersionDocument(version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription);
            surroundings.Out.WriteLine(arguments.GetValue(CommonOptions.Json)
                ? CliJson.Text(document, CliJson.Default.VersionDocument)
                : $"mlops {document.Version} ({document.Runtime}, {document.Os})");
            return ExitCode.Ok;
        });
        return command;
    }
}
