namespace MLOps.Storage;

/// <summary>What goes over the wire.</summary>
public sealed class SentHeadersTests
{
    private readonly byte[] _bytes = new byte[11 << 20];

    [Test]
    public async Task A_short_blob_is_put_on_the_condition_that_it_is_absent_with_a_checksum()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        Assert.That(await store.WriteAsync("a/b", new MemoryStream([1, 2, 3])), Is.True);
        var (line, headers) = server.Requests.Single(r => r.Line.Contains("a/b", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(line, Is.EqualTo("PUT /models/store/a/b"));
            Assert.That(headers["If-None-Match"], Is.EqualTo("*"));
            Assert.That(headers["Content-MD5"], Is.EqualTo("Uonfc331cyb83SJZevsfrA=="));
            Assert.That(headers["x-ms-meta-mlops_writer"], Has.Length.EqualTo(32));
        });
    }

    [Test]
    public async Task A_long_blob_is_committed_on_the_condition_that_it_is_absent_from_blocks_of_its_own()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        for (var i = 0; i < 2; i++) Assert.That(await store.WriteAsync("long", new MemoryStream(_bytes)), Is.True);
        var blocks = server.Requests.Where(r => r.Line.Contains("comp=block&", StringComparison.Ordinal)).ToList();
        Assert.That(blocks.Select(b => b.Line.Split("blockid=")[1]).Distinct().Count(), Is.EqualTo(4));
        Assert.That(blocks.Select(b => b.Headers), Has.All.ContainKey("Content-MD5"));
        var commit = server.Requests.Last();
        Assert.That(commit.Line, Is.EqualTo("PUT /models/store/long?comp=blocklist"));
        Assert.That(commit.Headers["If-None-Match"], Is.EqualTo("*"));
        Assert.That(commit.Headers, Contains.Key("x-ms-meta-mlops_writer"));
    }

    [Test]
    public async Task Nothing_is_ever_made_public()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        await store.WriteAsync("long", new MemoryStream(_bytes));
        await store.WriteAsync("short", new MemoryStream([1]));
        Assert.That(server.Requests.SelectMany(r => r.Headers.Keys.Append(r.Line)).Where(s => s.Contains("public-access", StringComparison.OrdinalIgnoreCase) || s.Contains("acl", StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    [Test]
    public async Task A_container_that_is_made_is_private()
    {
        var client = AzureServer.Client("t-" + Guid.NewGuid().ToString("N"));
        using (var store = AzureServer.Open("", container: client.Name)) Assert.That(await store.WriteAsync("a", new MemoryStream([1])), Is.True);
        Assert.That((await client.GetPropertiesAsync()).Value.PublicAccess, Is.Null.Or.EqualTo(Azure.Storage.Blobs.Models.PublicAccessType.None));
        await client.DeleteAsync();
    }
}
