using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Reads a collection page by page, the next page while the one before is worked on.</summary>
internal static class AuditPages
{
    private const int PageSize = 2000;

    public static async IAsyncEnumerable<Record> ReadAsync(IRecordStore store, string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = Channel.CreateBounded<IReadOnlyList<Record>>(new BoundedChannelOptions(2) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetching = Task.Run(() => FetchAsync(store, collection, pages.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                foreach (var record in page)
                    yield return record;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The number that an entry's id stands for; 0 when it is the id of none.</summary>
    public static long PositionOf(string id) =>
        id.Length == 18 && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;

    /// <exception cref="MLOpsIntegrityException">The record is no entry.</exception>
    public static AuditEntry Parse(Record record)
    {
        try
        {
            return JsonSerializer.Deserialize(record.Json.Span, RecordsJson.Default.AuditEntry) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new MLOpsIntegrityException($"The entry {record.Key} of the audit chain cannot be read: {e.Message} Examine the chain with 'mlops audit verify'.", record.Key.ToString(), innerException: e);
        }
    }

    private static async Task FetchAsync(IRecordStore store, string collection, ChannelWriter<IReadOnlyList<Record>> pages, CancellationToken cancellationToken)
    {
        try
        {
            var query = new RecordQuery(collection) { Size = PageSize };
            do
            {
                var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
                await pages.WriteAsync(page.Records, cancellationToken).ConfigureAwait(false);
                query = query with { After = page.Next };
            }
            while (query.After is not null);
            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e);
        }
    }
}
