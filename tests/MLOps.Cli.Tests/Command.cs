using System.Text.Json;

namespace MLOps.Cli.Tests;

/// <summary>Runs the command in this process, with everything it writes captured.</summary>
internal static class Command
{
    public static Task<CommandOutput> RunAsync(params string[] arguments) => RunAsync(new Setting(), arguments);

    /// <summary>Runs with <c>--json</c> on the filled store and reads what it wrote.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var output = await RunAsync([.. arguments, "--json", "--store", StoreFixture.Store]);
        Assert.That(output.ExitCode, Is.Zero, output.Error);
        using var document = JsonDocument.Parse(output.Out);
        Assert.That(document.RootElement.EnumerateObject().First().Name, Is.EqualTo("schema"));
        Assert.That(document.RootElement.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        return document.RootElement.Clone();
    }

    /// <summary>Runs on the filled store.</summary>
    public static Task<CommandOutput> OnStoreAsync(params string[] arguments) => RunAsync([.. arguments, "--store", StoreFixture.Store]);

    public static async Task<CommandOutput> RunAsync(Setting setting, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(arguments, new Surroundings
        {
            Out = output,
            Error = error,
            Directory = setting.Directory ?? StoreFixture.Root,
            IsTerminal = setting.Terminal,
            Width = setting.Width,
            Environment = name => setting.Environment?.GetValueOrDefault(name),
        }, setting.Cancellation);
        return new CommandOutput(exitCode, output.ToString(), error.ToString());
    }
}

internal sealed record Setting
{
    public string? Directory { get; init; }

    public bool Terminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 160;

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public CancellationToken Cancellation { get; init; }
}

internal sealed record CommandOutput(int ExitCode, string Out, string Error);
