using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Storage;

/// <summary>What a user reads when a bucket cannot be used.</summary>
public sealed class RefusalTests
{
    [TestCase(404, "NoSuchBucket", "there is no such bucket. Create it")]
    [TestCase(403, "InvalidAccessKeyId", "the credentials were refused. Check the access key")]
    [TestCase(403, "SignatureDoesNotMatch", "the credentials were refused. Check the access key")]
    [TestCase(400, "ExpiredToken", "have not expired")]
    [TestCase(403, "AccessDenied", "it is not allowed to these credentials. Give them s3:ListBucket")]
    [TestCase(403, "RequestTimeTooSkewed", "clock")]
    [TestCase(301, "PermanentRedirect", "Set Region")]
    [TestCase(503, "SlowDown", "asks for fewer requests. Try again later")]
    [TestCase(429, "TooManyRequests", "asks for fewer requests. Try again later")]
    [TestCase(500, "InternalError", "the server failed. Try again later")]
    [TestCase(418, "Teapot", "the server refused the request")]
    public async Task Each_refusal_says_what_to_do_and_no_secret(int status, string code, string advice)
    {
        using var logs = new RecordedLogs();
        using var server = new CannedServer(_ => CannedServer.Refuse((HttpStatusCode)status, code));
        using var store = server.Open(logs);
        foreach (var call in new Func<Task>[] { async () => await store.WriteAsync("a", new MemoryStream([1])), async () => await store.OpenAsync("a"), async () => await store.ListAsync("").ToListAsync() })
        {
            var error = Assert.ThrowsAsync<MLOpsUnavailableException>(() => call());
            Assert.That(error!.Message, Does.Contain("the bucket 'models'").IgnoreCase.And.Contain(advice).And.Contain(code).And.Contain("R1"));
            Assert.That(error.ToString() + string.Join('\n', logs.Messages), Does.Not.Contain(CannedServer.SecretKey).And.Not.Contain(CannedServer.AccessKey));
        }

        await Task.CompletedTask;
    }

    [Test]
    public async Task A_throttled_upload_is_aborted_and_can_be_tried_again()
    {
        var throttled = true;
        using var server = new CannedServer(request => throttled && request.RequestUri!.Query.Contains("partNumber=2", StringComparison.Ordinal) ? CannedServer.Refuse(HttpStatusCode.ServiceUnavailable, "SlowDown") : null);
        using var store = server.Open();
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.WriteAsync("a", new MemoryStream(new byte[11 << 20])));
        Assert.That(server.Requests.Select(r => r.Line), Has.One.EqualTo("DELETE /models/store/a?uploadId=u1"));
        throttled = false;
        Assert.That(await store.WriteAsync("a", new MemoryStream(new byte[11 << 20])), Is.True);
    }

    [Test]
    public async Task A_server_that_does_not_know_conditions_is_written_without_them_after_a_look()
    {
        using var logs = new RecordedLogs();
        using var server = new CannedServer(request => request.Headers.Contains("If-None-Match") ? CannedServer.Refuse(HttpStatusCode.NotImplemented, "NotImplemented") : null);
        using var store = server.Open(logs);
        Assert.That(await store.WriteAsync("a", new MemoryStream([1])), Is.True);
        Assert.That(server.Requests.Select(r => r.Line).Where(l => l.EndsWith("/a", StringComparison.Ordinal)), Is.EqualTo(new[] { "HEAD /models/store/a", "PUT /models/store/a" }));
        Assert.That(logs.Messages, Has.One.Contains("does not keep conditional writes"));
    }

    [Test]
    public async Task A_conflict_of_conditional_writes_is_asked_again()
    {
        var conflicts = 2;
        using var server = new CannedServer(request => request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.EndsWith("/a", StringComparison.Ordinal) && conflicts-- > 0 ? CannedServer.Refuse(HttpStatusCode.Conflict, "ConditionalRequestConflict") : null);
        using var store = server.Open();
        Assert.That(await store.WriteAsync("a", new MemoryStream([1])), Is.True);
    }

    [Test]
    public async Task Wrong_credentials_are_said_by_a_real_server()
    {
        var server = S3Server.Basic;
        using var logs = new RecordedLogs();
        using var store = server.Open("t", server.Options with { Credentials = new BasicAWSCredentials("nobody", "not the secret key") }, logs);
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.WriteAsync("a", new MemoryStream([1])));
        Assert.That(error!.Message, Does.Contain("the credentials were refused").And.Contain(server.Address.Bucket));
        Assert.That(error.ToString() + string.Join('\n', logs.Messages), Does.Not.Contain("not the secret key"));

        await Task.CompletedTask;
    }

    [TestCase("MLOPS_S3")]
    [TestCase("MLOPS_S3_BASIC")]
    public async Task A_missing_bucket_is_said_by_every_call_and_made_when_that_is_wanted(string variable)
    {
        var server = new S3Server(S3Address.Parse(Requirement.Server(variable)));
        var name = "t-" + Guid.NewGuid().ToString("N");
        using (var store = server.Open("t", bucket: name))
        {
            foreach (var call in new Func<Task>[] { async () => await store.WriteAsync("a", new MemoryStream([1])), async () => await store.StatAsync("a"), async () => await store.OpenAsync("a"), async () => await store.DeleteAsync("a") })
                Assert.That(Assert.ThrowsAsync<MLOpsUnavailableException>(() => call())!.Message, Does.Contain("there is no such bucket").And.Contain(name).And.Contain("CreateIfMissing"));
        }

        for (var i = 0; i < 2; i++)
        {
            using var made = server.Open("t", server.Options with { CreateIfMissing = true }, bucket: name);
            Assert.That(await made.WriteAsync("a", new MemoryStream([1])), Is.EqualTo(i == 0));
        }
    }

    [Test]
    public void A_server_that_is_not_there_is_said()
    {
        using var store = new S3Server(new(new Uri("http://127.0.0.1:1"), "models", "a", "the secret")).Open("t");
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.StatAsync("a"));
        Assert.That(error!.Message, Does.Contain("could not be reached").And.Contain("127.0.0.1:1").And.Contain("try again"));
        Assert.That(error.ToString(), Does.Not.Contain("the secret"));
    }

    [TestCase("")]
    [TestCase("ab")]
    [TestCase("Models")]
    [TestCase("models/../other")]
    [TestCase("<script>")]
    [TestCase("models\0")]
    [TestCase("models\n")]
    public void A_hostile_bucket_is_refused_before_anything_is_sent(string bucket) =>
        Assert.That(() => new MLOpsBuilder(new ServiceCollection(), null).UseAmazonS3(bucket), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("not a valid bucket"));

    [TestCase("ftp://host")]
    [TestCase("https://key:secret@host")]
    [TestCase("/relative")]
    public void An_endpoint_that_is_none_is_refused_without_quoting_it(string endpoint) =>
        Assert.That(
            () => new MLOpsBuilder(new ServiceCollection(), null).UseAmazonS3("models", "", new() { Endpoint = new(endpoint, UriKind.RelativeOrAbsolute) }),
            Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("Endpoint").And.Message.Not.Contains("secret"));
}
