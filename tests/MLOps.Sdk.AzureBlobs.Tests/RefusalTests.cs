using System.Net;
using Azure.Core;
using Azure.Storage.Sas;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Storage;

/// <summary>What a user reads when a container cannot be used.</summary>
public sealed class RefusalTests
{
    [TestCase(404, "ContainerNotFound", "there is no such container. Create it")]
    [TestCase(403, "AuthenticationFailed", "the credentials were refused. Check the account key")]
    [TestCase(401, "InvalidAuthenticationInfo", "the credentials were refused. Check the account key")]
    [TestCase(403, "AuthorizationPermissionMismatch", "it is not allowed to these credentials. Give them the role")]
    [TestCase(409, "ContainerBeingDeleted", "being deleted")]
    [TestCase(503, "ServerBusy", "asks for fewer requests. Try again later")]
    [TestCase(500, "OperationTimedOut", "the server failed. Try again later")]
    [TestCase(418, "Teapot", "the server refused the request")]
    public async Task Each_refusal_says_what_to_do_and_no_secret(int status, string code, string advice)
    {
        using var logs = new RecordedLogs();
        using var server = new CannedServer(_ => CannedServer.Refuse((HttpStatusCode)status, code));
        using var store = server.Open(logs);
        foreach (var call in new Func<Task>[] { async () => await store.WriteAsync("a", new MemoryStream([1])), async () => await store.OpenAsync("a"), async () => await store.ListAsync("").ToListAsync() })
        {
            var error = Assert.ThrowsAsync<MLOpsUnavailableException>(() => call());
            Assert.That(error!.Message, Does.Contain("the container 'models'").IgnoreCase.And.Contain(advice).And.Contain(code).And.Contain("R1"));
            Assert.That(error.ToString() + string.Join('\n', logs.Messages), Does.Not.Contain(CannedServer.Key));
        }

        await Task.CompletedTask;
    }

    [Test]
    public async Task Blocks_that_another_writer_threw_away_mean_that_the_blob_is_there()
    {
        using var server = new CannedServer(request =>
            request.RequestUri!.Query.Contains("blocklist", StringComparison.Ordinal) ? CannedServer.Refuse(HttpStatusCode.BadRequest, "InvalidBlockList") : null);
        using var store = server.Open();
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.WriteAsync("a", new MemoryStream(new byte[9 << 20])));
        Assert.That(error!.Message, Does.Contain("somebody else wrote or deleted the same key"));
        await Task.CompletedTask;
    }

    [Test]
    public void Wrong_credentials_are_said_by_a_real_server()
    {
        using var logs = new RecordedLogs();
        var secret = Convert.ToBase64String("not the key of this account"u8);
        var connection = string.Join(';', AzureServer.ConnectionString.Split(';').Select(p => p.StartsWith("AccountKey=", StringComparison.Ordinal) ? "AccountKey=" + secret : p));
        using var store = AzureServer.Open("t", AzureServer.Options with { ConnectionString = connection, CreateIfMissing = false }, logs);
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.WriteAsync("a", new MemoryStream([1])));
        Assert.That(error!.Message, Does.Contain("the credentials were refused").And.Contain(AzureServer.Container));
        Assert.That(error.ToString() + string.Join('\n', logs.Messages), Does.Not.Contain(secret));
    }

    [Test]
    public async Task A_signature_that_may_only_read_reads_and_is_told_what_it_lacks()
    {
        using (var store = AzureServer.Open("sas")) await store.WriteAsync("a", new MemoryStream([1]));
        var sas = AzureServer.Client().GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, DateTimeOffset.UnixEpoch.AddYears(100));
        var account = new Uri(sas.GetLeftPart(UriPartial.Path)[..^(AzureServer.Container.Length + 1)] + sas.Query);
        using var logs = new RecordedLogs();
        using var reader = AzureServer.Open("sas", new() { ServiceUri = account }, logs);
        Assert.That(await reader.StatAsync("a"), Is.EqualTo(new BlobInfo("a", 1)));
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await reader.WriteAsync("b", new MemoryStream([1])));
        var signature = sas.Query.Split("sig=")[1].Split('&')[0];
        Assert.That(error!.Message, Does.Contain("not allowed to these credentials"));
        Assert.That(error.ToString() + string.Join('\n', logs.Messages), Does.Not.Contain(signature).And.Not.Contain(Uri.UnescapeDataString(signature)));
    }

    [Test]
    public void A_missing_container_is_said_by_every_call()
    {
        var name = "t-" + Guid.NewGuid().ToString("N");
        using var store = AzureServer.Open("t", AzureServer.Options with { CreateIfMissing = false }, container: name);
        foreach (var call in new Func<Task>[] { async () => await store.WriteAsync("a", new MemoryStream([1])), async () => await store.StatAsync("a"), async () => await store.OpenAsync("a"), async () => await store.DeleteAsync("a") })
            Assert.That(Assert.ThrowsAsync<MLOpsUnavailableException>(() => call())!.Message, Does.Contain("there is no such container").And.Contain(name).And.Contain("CreateIfMissing"));
    }

    [Test]
    public void A_server_that_is_not_there_is_said()
    {
        var secret = Convert.ToBase64String("secret"u8);
        using var store = AzureServer.Open("t", new() { ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={secret};BlobEndpoint=http://127.0.0.1:1/a;" });
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.StatAsync("a"));
        Assert.That(error!.Message, Does.Contain("could not be reached").And.Contain("try again"));
        Assert.That(error.ToString(), Does.Not.Contain(secret));
    }

    [TestCase("")]
    [TestCase("ab")]
    [TestCase("Models")]
    [TestCase("a--b")]
    [TestCase("$web")]
    [TestCase("models/../other")]
    [TestCase("<script>")]
    [TestCase("models\n")]
    public void A_hostile_container_is_refused_before_anything_is_sent(string container) => Refused(container, new(), "not a valid container");

    [Test]
    public void Options_that_contradict_each_other_or_are_half_are_refused_without_quoting_a_secret()
    {
        Refused("models", new() { ConnectionString = "AccountKey=hush", }, "ConnectionString is not");
        Refused("models", new() { ConnectionString = "hush", ServiceUri = new("https://a.test") }, "either");
        Refused("models", new() { Credential = new NoToken() }, "ServiceUri");
        Refused("models", new() { Credential = new NoToken(), ServiceUri = new("http://a.test") }, "https");
        Refused("models", new() { Credential = new NoToken(), ServiceUri = new("https://a.test/?sig=hush") }, "signature");
        Refused("models", new() { ServiceUri = new("ftp://hush") }, "ServiceUri");
        Assert.That(new AzureBlobsOptions { ConnectionString = "hush" }.ToString() + new AzureBlobsOptions { ServiceUri = new("https://a.test/?sig=hush") }, Does.Not.Contain("hush"));
    }

    [Test]
    public async Task A_token_is_sent_to_an_https_address()
    {
        using var server = new CannedServer(_ => null);
        using var http = new HttpClient(server, disposeHandler: false);
        var client = AzureBlobsClients.Of(new() { ServiceUri = new("https://account.blob.test"), Credential = new NoToken() }, "models", new Azure.Core.Pipeline.HttpClientTransport(http))!;
        using var store = new Objects.ObjectBlobStore(new AzureBlobsContainer(client, new()));
        Assert.That(await store.StatAsync("a"), Is.Null);
        Assert.That(server.Requests.Last().Headers["Authorization"], Is.EqualTo("Bearer token"));
    }

    [Test]
    public void A_container_that_nothing_tells_the_way_to_is_said()
    {
        var services = new ServiceCollection();
        new MLOpsBuilder(services, null).UseAzureBlobs("models");
        using var provider = services.BuildServiceProvider();
        Assert.That(() => provider.GetRequiredService<IBlobStore>(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("BlobServiceClient"));
    }

    private static void Refused(string container, AzureBlobsOptions options, string reason) =>
        Assert.That(() => new MLOpsBuilder(new ServiceCollection(), null).UseAzureBlobs(container, "", options), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(reason).And.Message.Not.Contains("hush"));

    private sealed class NoToken : TokenCredential
    {
        private static AccessToken Token => new("token", DateTimeOffset.MaxValue);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => Token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(Token);
    }
}
