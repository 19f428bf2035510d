using System.Reflection;
using System.Text;
using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>The laws of <see cref="IStreamStore"/> as cases.</summary>
/// <param name="open">Opens the store of an isolation key: one key, one store; another key, another, empty one. Called again for a second instance or a reopening.</param>
public sealed partial class StreamStoreConformance(Func<string, ValueTask<IStreamStore>> open) : ConformanceSuite
{
    private const int MaxBlock = 16 * 1024 * 1024;

    private protected override async Task RunAsync(MethodInfo law, CancellationToken cancellationToken)
    {
        var store = new StoreUnderTest<IStreamStore>(open);
        await using var end = store.ConfigureAwait(false);
        await law.CreateDelegate<Func<StoreUnderTest<IStreamStore>, CancellationToken, Task>>()(store, cancellationToken).ConfigureAwait(false);
    }

    private static StreamAppend Block(string stream, long position, string text) => new(stream, position, Encoding.UTF8.GetBytes(text));

    private static async Task AppendAsync(IStreamStore store, CancellationToken ct, params StreamAppend[] appends) => await store.AppendAsync(appends, ct).ConfigureAwait(false);

    private static async Task<bool> TryAppendAsync(IStreamStore store, CancellationToken ct, params StreamAppend[] appends)
    {
        try
        {
            await store.AppendAsync(appends, ct).ConfigureAwait(false);
            return true;
        }
        catch (MLOpsConflictException)
        {
            return false;
        }
    }

    private static async Task<List<StreamBlock>> BlocksAsync(IStreamStore store, string stream, CancellationToken ct, long from = 0)
    {
        var blocks = new List<StreamBlock>();
        await foreach (var block in store.ReadAsync(stream, from, ct).ConfigureAwait(false)) blocks.Add(block);
        return blocks;
    }

    /// <summary>A stream's blocks as <c>position:text</c>.</summary>
    private static async Task<List<string>> TextsAsync(IStreamStore store, string stream, CancellationToken ct, long from = 0) =>
        [.. (await BlocksAsync(store, stream, ct, from).ConfigureAwait(false)).Select(b => $"{b.Position}:{Encoding.UTF8.GetString(b.Bytes.Span)}")];

    private static async Task<List<StreamInfo>> ListAsync(IStreamStore store, string prefix, CancellationToken ct)
    {
        var infos = new List<StreamInfo>();
        await foreach (var info in store.ListAsync(prefix, ct).ConfigureAwait(false)) infos.Add(info);
        return infos;
    }
}
