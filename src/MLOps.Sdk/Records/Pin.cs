using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Says that an owner needs a blob. Written in the owner's own commit, so that a collector of unused blobs needs to know
/// nothing but pins. The record's id is the digest of both, so pinning twice is harmless.
/// </summary>
internal static class Pin
{
    /// <summary>What the keys of pins begin with that name a dataset's list of files, which is not a blob of its own but lies in packs.</summary>
    public const string Trees = "trees/";

    public static RecordPut Of(string blobKey, EntityRef owner)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("blob", blobKey);
            writer.WriteString("owner", owner.ToString());
            writer.WriteEndObject();
        }

        return new RecordPut(
            new RecordKey(Collections.Pins, Digest.Of(Encoding.UTF8.GetBytes($"{blobKey}\n{owner}")).Hex), json.ToArray(),
            new Dictionary<string, FieldValue> { ["blob"] = blobKey, ["owner"] = owner.ToString() });
    }

    /// <summary>The keys of pinned blobs that begin with a prefix of plain characters.</summary>
    public static async IAsyncEnumerable<string> KeysAsync(IRecordStore store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new RecordQuery(Collections.Pins) { Filter = Filter.Like("blob", prefix + "%"), Size = 1000 };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records)
                if (record.Fields["blob"].Text is { } key) yield return key;
            if (page.Next is null) yield break;
            query = query with { After = page.Next };
        }
    }
}
