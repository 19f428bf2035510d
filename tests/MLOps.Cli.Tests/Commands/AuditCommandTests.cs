using System.Security.Cryptography;

namespace MLOps.Cli.Tests.Commands;

public sealed class AuditCommandTests
{
    private string _outside = null!;

    [SetUp]
    public void Create() => _outside = Directory.CreateTempSubdirectory("mlops-outside-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_outside, recursive: true);

    [Test]
    public async Task The_chain_is_listed_signed_verified_and_exported()
    {
        await using var own = await OwnStore.CreateAsync();
        Task<CommandOutput> Run(string command) => Command.RunAsync([.. command.Split(' '), "-s", own.Folder]);
        var (key, pub, held) = (At("audit.key"), At("audit.pub"), At("held.jsonl"));
        using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(pub, pair.ExportSubjectPublicKeyInfoPem());
        }

        var unsigned = await Run("audit verify");
        var signed = await Run($"audit sign --key {key} --to {held}");
        await Run("model alias demand champion 1 --reason first --as ana");
        var verified = await Run($"audit verify --checkpoints {held} --key {pub}");
        var listed = await Run("audit list demand --by ana --json");
        var exported = await Run($"audit export {At("chain.jsonl")}");
        var again = await Run($"audit export {At("chain.jsonl")}");
        var notSigned = await Run($"audit sign --key {pub}");
        var noKey = await Run($"audit verify --checkpoints {held}");
        var wrong = await Run($"audit sign --key {held}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unsigned.Out, Does.Contain("2 entries").And.Contain("nothing is wrong").And.Contain("No signed checkpoint"));
            Assert.That(signed.Out, Is.EqualTo("Entry 2 is signed\n"), signed.Error);
            Assert.That(verified.Out, Does.Contain("confirms the entries 1 to 2; those from 3 to 3"), verified.Error);
            Assert.That(listed.Out, Does.Contain("\"reason\": \"first\"").And.Contain("model-aliases").And.Contain("\"more\": false"));
            Assert.That(exported.Out, Does.StartWith("3 entries"), exported.Error);
            Assert.That(again.ExitCode, Is.EqualTo(1), "no file is written over");
            Assert.That(noKey.Error, Does.Contain("Give the public key"));
            Assert.That(notSigned.ExitCode, Is.EqualTo(1), "a public key signs nothing");
            Assert.That(wrong.Error, Does.Contain("holds no ECDSA key in PEM"));
        }
    }

    [Test]
    public async Task What_was_done_behind_the_library_is_named_and_gives_the_exit_code_of_damage()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.DisposeAsync();
        await using (var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(own.Folder, "mlops.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "update mlops_document set json = cast(replace(cast(json as text), '\"createdBy\":\"', '\"createdBy\":\"e') as blob) where record in (select id from mlops_record where name = 'demand/1')";
            Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(1));
        }

        var output = await Command.RunAsync("audit", "verify", "-s", own.Folder);
        var json = await Command.RunAsync("audit", "verify", "--json", "-s", own.Folder);
        Assert.That(output.ExitCode, Is.EqualTo(ExitCode.IntegrityFailure), output.Error);
        Assert.That(output.Out, Does.Contain("model-versions/demand/1").And.Contain("changed behind the library"));
        Assert.That(json.Out, Does.Contain("\"kind\": \"record\"").And.Contain("\"intact\": false"));
    }

    private string At(string name) => Path.Combine(_outside, name);
}
