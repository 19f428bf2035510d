using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>One step of history: the target came about with the help of the source.</summary>
/// <param name="Source">Upstream: the cause.</param>
/// <param name="Target">Downstream: the effect.</param>
/// <param name="Relation">How, in a few words: <c>trained on</c>.</param>
/// <param name="At">When it was recorded; the first moment of all for a prediction's, which is not recorded but follows from its id.</param>
public sealed record LineageEdge(EntityRef Source, EntityRef Target, string Relation, DateTimeOffset At)
{
    private const int GenerationStart = 2, GenerationEnd = 18;

    /// <summary>By time; at one moment by what they name, so that the same store always gives the same order.</summary>
    internal static IComparer<LineageEdge> ByTime { get; } = Comparer<LineageEdge>.Create((a, b) =>
        a.At.CompareTo(b.At) is var time and not 0 ? time
        : Compare(a.Source, b.Source) is var source and not 0 ? source
        : Compare(a.Target, b.Target) is var target and not 0 ? target
        : string.CompareOrdinal(a.Relation, b.Relation));

    /// <summary>The edges of a store, to be read.</summary>
    internal static RecordCollection<LineageEdge> In(IRecordStore store) =>
        new(store, Collections.Lineage, RecordsJson.Default.LineageEdge, e => IdOf(e.Source, e.Target, e.Relation));

    /// <summary>The put of an edge. Its id is the digest of both ends and the relation, so recording it twice is harmless.</summary>
    internal static RecordPut Of(EntityRef source, EntityRef target, string relation, DateTimeOffset at) => new(
        new RecordKey(Collections.Lineage, IdOf(source, target, relation)),
        JsonSerializer.SerializeToUtf8Bytes(new LineageEdge(source, target, relation, at), RecordsJson.Default.LineageEdge),
        new Dictionary<string, FieldValue> { ["source"] = source.ToString(), ["target"] = target.ToString() });

    /// <summary>The edge that a prediction's id tells; null for anything else.</summary>
    internal static LineageEdge? OfPrediction(EntityRef entity) => entity.Kind == EntityRef.PredictionKind && entity.Id.Length > GenerationEnd
        ? new LineageEdge(new EntityRef(EntityRef.GenerationKind, entity.Id[GenerationStart..GenerationEnd]), entity, "answered", default)
        : null;

    private static int Compare(EntityRef left, EntityRef right) =>
        string.CompareOrdinal(left.Kind, right.Kind) is var kind and not 0 ? kind : string.CompareOrdinal(left.Id, right.Id);

    private static string IdOf(EntityRef source, EntityRef target, string relation) => Digest.Of($"{source}\n{relation}\n{target}").Hex;
}
