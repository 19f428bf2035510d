using Npgsql;

namespace MLOps.Backends;

/// <summary>Servers that refuse: what their user is told, and what nobody is.</summary>
public sealed class TroubledServerTests
{
    [Test]
    public async Task A_missing_bucket_is_named_and_what_to_do_said()
    {
        using var store = new RemoteStore("s3");
        var (code, told) = await StatusAsync(store, store.Address.Replace("+s3:mlops-tests/", "+s3:no-such-bucket-here/", StringComparison.Ordinal));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(told, Does.Contain("no-such-bucket-here"));
    }

    [Test]
    public async Task A_missing_container_is_named_and_what_to_do_said()
    {
        using var store = new RemoteStore("azure");
        var (code, told) = await StatusAsync(store, store.Address.Replace("/mlops-tests/", "/no-such-container/", StringComparison.Ordinal).Replace(",create", "", StringComparison.Ordinal));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(told, Does.Contain("no-such-container"));
    }

    [Test]
    public async Task A_wrong_password_is_said_and_not_shown()
    {
        using var store = new RemoteStore("s3");
        var (code, told) = await StatusAsync(store, store.Address, ("MLOPS_TEST_RECORDS", new NpgsqlConnectionStringBuilder(store.Environment["MLOPS_TEST_RECORDS"]) { Password = "geheim-und-falsch" }.ConnectionString));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(told, Does.Not.Contain("geheim").And.Contain("password").IgnoreCase);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_said()
    {
        using var store = new RemoteStore("s3");
        var (code, told) = await StatusAsync(store, store.Address, ("MLOPS_TEST_RECORDS", "Host=127.0.0.1;Port=1;Username=u;Password=geheim;Database=d;Timeout=5"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(told, Does.Not.Contain("geheim").And.Not.Contain("fault in mlops"));
    }

    /// <summary>Verifies the store: a call that reaches every seam.</summary>
    private static async Task<(int Code, string Told)> StatusAsync(RemoteStore store, string address, params (string Name, string Value)[] changed)
    {
        var start = ChildProcess.Of(Requirement.Built("src/MLOps.Cli", "mlops"), "store", "verify", "--store", address);
        foreach (var (name, value) in store.Environment) start.Environment[name] = value;
        foreach (var (name, value) in changed) start.Environment[name] = value;
        var (code, output, errors) = await ChildProcess.RunAsync(start);
        await TestContext.Out.WriteLineAsync(errors);
        foreach (var secret in store.Environment.Values) Assert.That(output + errors, Does.Not.Contain(secret));
        Assert.That(errors, Does.Not.Contain("   at "), "a stack trace is no error message");
        return (code, output + errors);
    }
}
