using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>One step of history: the target came about with the help of the source.</summary>
/// <param name="Source">Upstream: the cause.</param>
/// <param name="Target">Downstream: the effect.</param>
/// <param name="Relation">How, in a few words: <c>trained on</c>.</param>
/// <param name="At">When it was recorded.</param>
internal sealed record LineageEdge(EntityRef Source, EntityRef Target, string Relation, DateTimeOffset At)
{
    /// <summary>The edges of a store, to be read.</summary>
    public static RecordCollection<LineageEdge> In(IRecordStore store) =>
        new(store, Collections.Lineage, RecordsJson.Default.LineageEdge, e => IdOf(e.Source, e.Target, e.Relation));

    /// <summary>The put of an edge. Its id is the digest of both ends and the relation, so recording it twice is harmless.</summary>
    public static RecordPut Of(EntityRef source, EntityRef target, string relation, DateTimeOffset at) => new(
        new RecordKey(Collections.Lineage, IdOf(source, target, relation)),
        JsonSerializer.SerializeToUtf8Bytes(new LineageEdge(source, target, relation, at), RecordsJson.Default.LineageEdge),
        new Dictionary<string, FieldValue> { ["source"] = source.ToString(), ["target"] = target.ToString() });

    private static string IdOf(EntityRef source, EntityRef target, string relation) => Digest.Of($"{source}\n{relation}\n{target}").Hex;
}
