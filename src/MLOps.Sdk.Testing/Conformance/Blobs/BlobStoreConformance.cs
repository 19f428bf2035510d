using System.Reflection;
using System.Text;
using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>The laws of <see cref="IBlobStore"/> as cases.</summary>
/// <param name="open">Opens the store of an isolation key: one key, one store; another key, another, empty one. Called again for a second instance or a reopening.</param>
public sealed partial class BlobStoreConformance(Func<string, ValueTask<IBlobStore>> open) : ConformanceSuite
{
    /// <summary>
    /// Whether of writers who write one key at the same moment exactly one is told that it wrote. Some S3-compatible servers ignore the header that
    /// decides this; when false, the cases that need it are reported as skipped.
    /// </summary>
    public bool DecidesRaces { get; init; } = true;

    private protected override async Task RunAsync(MethodInfo law, CancellationToken cancellationToken)
    {
        var store = new StoreUnderTest<IBlobStore>(open);
        await using var end = store.ConfigureAwait(false);
        await law.CreateDelegate<Func<StoreUnderTest<IBlobStore>, CancellationToken, Task>>()(store, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Noise(int length, int seed = 5)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<bool> WriteAsync(IBlobStore store, string key, byte[] bytes, CancellationToken ct, Digest? expected = null)
    {
        using var content = new MemoryStream(bytes);
        return await store.WriteAsync(key, content, expected, ct).ConfigureAwait(false);
    }

    private static Task<bool> WriteAsync(IBlobStore store, string key, string text, CancellationToken ct) => WriteAsync(store, key, Encoding.UTF8.GetBytes(text), ct);

    private static async Task<byte[]> ReadAsync(IBlobStore store, string key, CancellationToken ct, BlobRange? range = null)
    {
        var content = await store.OpenAsync(key, range, ct).ConfigureAwait(false);
        await using var end = content.ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, ct).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private static async Task<List<BlobInfo>> ListAsync(IBlobStore store, string prefix, CancellationToken ct)
    {
        var infos = new List<BlobInfo>();
        await foreach (var info in store.ListAsync(prefix, ct).ConfigureAwait(false)) infos.Add(info);
        return infos;
    }

    private static async Task NothingIsThereAsync(IBlobStore store, string key, string after, CancellationToken ct)
    {
        Check.That(await store.StatAsync(key, ct).ConfigureAwait(false) is null, $"After {after} a blob is there.");
        Check.Sequence([], await ListAsync(store, "", ct).ConfigureAwait(false), $"the blobs listed after {after}");
        await Check.ThrowsAsync<MLOpsNotFoundException>(() => ReadAsync(store, key, ct), $"Opening the blob after {after}").ConfigureAwait(false);
    }
}
