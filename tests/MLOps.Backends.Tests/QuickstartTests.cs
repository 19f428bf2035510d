using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Backends;

/// <summary>The project's main job on the servers that a team shares: the same program, with one other argument.</summary>
public sealed class QuickstartTests
{
    private string _folder = null!;

    [OneTimeSetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-backends-").FullName;

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase("s3")]
    [TestCase("azure")]
    [CancelAfter(600_000)]
    public async Task It_runs_unchanged_on_shared_servers_and_leaves_a_sound_store(string bytes, CancellationToken token)
    {
        using var store = new RemoteStore(bytes);
        var told = await TellAsync(store.Address, bytes, store.Environment, token);
        Assert.That(told[^1], Does.StartWith("Quickstart finished: 8734 predictions, 0 failed"));
        await using var mlops = store.Open();
        var verified = await StoreVerification.RunAsync(mlops.Parts, cancellationToken: token);
        Assert.Multiple(() =>
        {
            Assert.That(verified.Problems, Is.Empty);
            Assert.That(verified.AuditEntries, Is.GreaterThan(5));
            Assert.That(verified.Pins, Is.Positive);
        });
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task Its_store_copied_to_shared_servers_and_back_is_equal_to_the_byte(CancellationToken token)
    {
        var first = Path.Combine(_folder, "first");
        await TellAsync(first, "copy", [], token);
        var expected = await ExportAsync(MLOpsClient.Create(first), token);
        foreach (var bytes in new[] { "s3", "azure" })
        {
            using var between = new RemoteStore(bytes);
            var back = Path.Combine(_folder, $"back-from-{bytes}");
            await CopyAsync(first, between.Address, between, token);
            await CopyAsync(between.Address, back, between, token);
            Assert.That((await ExportAsync(between.Open(), token)).AsSpan().SequenceEqual(expected), Is.True, bytes);
            Assert.That((await ExportAsync(MLOpsClient.Create(back), token)).AsSpan().SequenceEqual(expected), Is.True, $"back from {bytes}");
            await using var mlops = MLOpsClient.Create(back);
            Assert.That((await StoreVerification.RunAsync(mlops.Parts, cancellationToken: token)).Problems, Is.Empty);
        }

        await TestContext.Out.WriteLineAsync($"An export of {expected.Length:N0} bytes, equal five times.");
    }

    private static async Task CopyAsync(string from, string to, RemoteStore between, CancellationToken token)
    {
        // In a process of its own, as its user runs it; the environment alone holds what is secret.
        var start = ChildProcess.Of(Requirement.Built("src/MLOps.Cli", "mlops"), "store", "copy", "--from", from, "--to", to, "--json");
        foreach (var (name, value) in between.Environment) start.Environment[name] = value;
        var (code, output, errors) = await ChildProcess.RunAsync(start, token);
        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Contain("\"sha256\": \""));
        foreach (var secret in between.Environment.Values) Assert.That(output + errors, Does.Not.Contain(secret));
    }

    private async Task<string[]> TellAsync(string address, string working, Dictionary<string, string> environment, CancellationToken token)
    {
        var start = ChildProcess.Of(Requirement.Built("samples/Quickstart", "Quickstart"), address);
        start.WorkingDirectory = Directory.CreateDirectory(Path.Combine(_folder, working)).FullName;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var (code, output, errors) = await ChildProcess.RunAsync(start, token);
        Assert.That(code, Is.Zero, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task<byte[]> ExportAsync(MLOpsClient mlops, CancellationToken token)
    {
        await using (mlops)
        {
            using var bytes = new MemoryStream();
            await StoreExport.WriteAsync(mlops.Parts, bytes, token);
            return bytes.ToArray();
        }
    }
}
