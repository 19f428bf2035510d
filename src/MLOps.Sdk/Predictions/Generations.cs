using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// The generations: written before a generation answers its first prediction, so that every prediction id that was ever
/// handed out leads to a model version.
/// </summary>
internal sealed class Generations(RecordWriter writer)
{
    public RecordCollection<ServedGeneration> Records { get; } = new(writer.Store, Collections.Generations, PredictionsJson.Default.ServedGeneration, g => g.Id, (g, fields) =>
    {
        fields["model"] = g.Model;
        fields["number"] = g.Number;
        fields["alias"] = g.Alias;
        fields["host"] = g.Host;
        fields["loadedAt"] = FieldValue.Of(g.LoadedAt);
    });

    // They never change, and each takes some hundred bytes.
    private readonly ConcurrentDictionary<ulong, ServedGeneration> _known = [];

    /// <summary>Records that this process is about to serve a version.</summary>
    public async ValueTask<ServedGeneration> OpenAsync(ModelVersion version, string alias, CancellationToken cancellationToken)
    {
        while (true)
        {
            var id = Draw();
            var generation = new ServedGeneration
            {
                Id = ServedGeneration.ToId(id),
                Model = version.Model,
                Number = version.Number,
                Digest = version.Digest,
                Alias = alias,
                Actor = writer.Actor,
                Host = Environment.MachineName,
                LoadedAt = writer.Now,
            };
            var target = new EntityRef(EntityRef.GenerationKind, generation.Id);
            try
            {
                await writer.CommitAsync(
                    [Records.Put(generation, RecordOperation.Absent), LineageEdge.Of(version.ToRef(), target, "served as " + alias, generation.LoadedAt)],
                    null, cancellationToken).ConfigureAwait(false);
                _known[id] = generation;
                return generation;
            }
            catch (MLOpsConflictException)
            {
                // Two equal draws of 64 bits: draw again.
            }
        }
    }

    /// <summary>The generation of a prediction.</summary>
    /// <exception cref="MLOpsNotFoundException">It was never served from this store.</exception>
    public async ValueTask<ServedGeneration> GetAsync(ulong generation, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(generation, out var known)) return known;
        var id = ServedGeneration.ToId(generation);
        var stored = await Records.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"No generation '{id}' was ever served from this store. Is the prediction id of another store?");
        return _known.GetOrAdd(generation, stored.Value);
    }

    private static ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
