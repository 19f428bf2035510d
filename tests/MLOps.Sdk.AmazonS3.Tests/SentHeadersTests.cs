using Amazon.Runtime;

namespace MLOps.Storage;

/// <summary>What goes over the wire: a server that ignores a header cannot show that it was sent.</summary>
public sealed class SentHeadersTests
{
    private readonly byte[] _bytes = new byte[11 << 20];

    [Test]
    public async Task A_short_blob_is_put_on_the_condition_that_it_is_absent_under_its_own_hash()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        Assert.That(await store.WriteAsync("a/b", new MemoryStream([1, 2, 3]), Digest.Of([1, 2, 3])), Is.True);
        var (line, headers) = server.Requests.Single(r => r.Line.Contains("a/b", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(line, Is.EqualTo("PUT /models/store/a/b"));
            Assert.That(headers["If-None-Match"], Is.EqualTo("*"));
            Assert.That(headers["x-amz-checksum-sha256"], Is.EqualTo(Convert.ToBase64String(Convert.FromHexString(Digest.Of([1, 2, 3]).Hex))));
            Assert.That(headers["x-amz-meta-mlops-writer"], Has.Length.EqualTo(32));
        });
    }

    [Test]
    public async Task A_long_blob_is_completed_on_the_condition_that_it_is_absent()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        Assert.That(await store.WriteAsync("long", new MemoryStream(_bytes)), Is.True);
        var lines = server.Requests.Where(r => r.Line.Contains("/long", StringComparison.Ordinal)).ToList();
        Assert.That(lines.Select(r => r.Line), Is.EquivalentTo(new[]
        {
            "HEAD /models/store/long", "POST /models/store/long?uploads", "PUT /models/store/long?partNumber=1&uploadId=u1", "PUT /models/store/long?partNumber=2&uploadId=u1",
            "POST /models/store/long?uploadId=u1",
        }));
        Assert.That(lines[^1].Headers["If-None-Match"], Is.EqualTo("*"));
        Assert.That(lines[1].Headers, Contains.Key("x-amz-meta-mlops-writer"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Every_body_goes_with_a_checksum_that_the_server_can_check(bool whenSupported)
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open(configure: c => c.RequestChecksumCalculation = whenSupported ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED);
        await store.WriteAsync("long", new MemoryStream(_bytes));
        await store.WriteAsync("short", new MemoryStream([1]));
        var bodies = server.Requests.Where(r => r.Line.StartsWith("PUT", StringComparison.Ordinal)).ToList();
        Assert.That(bodies, Has.Count.GreaterThan(3));
        foreach (var (line, headers) in bodies)
        {
            if (whenSupported) Assert.That(headers, Contains.Key("x-amz-trailer").Or.ContainKey("x-amz-checksum-crc32"), line);
            else Assert.That(headers["x-amz-content-sha256"], Does.Match("^[0-9a-f]{64}$"), line);
        }
    }

    [Test]
    public async Task Nothing_is_ever_made_public()
    {
        using var server = new CannedServer(_ => null);
        using var store = server.Open();
        await store.WriteAsync("long", new MemoryStream(_bytes));
        await store.WriteAsync("short", new MemoryStream([1]));
        await store.DeleteAsync("short");
        var sent = server.Requests.SelectMany(r => r.Headers.Keys.Append(r.Line)).ToList();
        Assert.That(sent.Where(s => s.Contains("acl", StringComparison.OrdinalIgnoreCase) || s.Contains("grant", StringComparison.OrdinalIgnoreCase) || s.Contains("policy", StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    [Test]
    public async Task Ranges_of_one_reading_ask_for_one_state_of_the_object()
    {
        using var server = new CannedServer(request =>
        {
            if (request.Method != HttpMethod.Get || !request.RequestUri!.AbsolutePath.EndsWith("/a", StringComparison.Ordinal)) return null;
            var range = request.Headers.Range!.Ranges.Single();
            var (from, to) = ((int)range.From!.Value, (int)Math.Min(range.To!.Value, _bytes.Length - 1));
            var part = new HttpResponseMessage(System.Net.HttpStatusCode.PartialContent) { Content = new ByteArrayContent(_bytes, from, to - from + 1) };
            part.Headers.ETag = new("\"state-1\"");
            part.Content.Headers.ContentRange = new(from, to, _bytes.Length);
            return part;
        });
        using var store = server.Open();
        await using var blob = await store.OpenAsync("a");
        Assert.That(blob.Length, Is.EqualTo(_bytes.Length));
        await blob.CopyToAsync(Stream.Null);
        var gets = server.Requests.Where(r => r.Line.EndsWith("/a", StringComparison.Ordinal)).ToList();
        Assert.That(gets.Select(g => g.Headers["Range"]), Is.EqualTo(new[] { "bytes=0-8388607", "bytes=8388608-11534335" }));
        Assert.That(gets[0].Headers, Does.Not.ContainKey("If-Match"));
        Assert.That(gets[1].Headers["If-Match"], Is.EqualTo("\"state-1\""));
    }
}
