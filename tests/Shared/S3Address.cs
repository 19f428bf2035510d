namespace MLOps.Tests;

/// <summary>A bucket of an S3 server, as <c>tests/servers/s3.sh</c> writes it: <c>http://access-key:secret-key@host:port/bucket</c>.</summary>
internal sealed record S3Address(Uri Endpoint, string Bucket, string AccessKey, string SecretKey)
{
    public static S3Address Parse(string address)
    {
        var uri = new Uri(address);
        var user = uri.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToArray();
        return new(new Uri($"{uri.Scheme}://{uri.Authority}"), uri.AbsolutePath.Trim('/'), user[0], user[1]);
    }
}
