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

    // What is asked of them never changes, and each takes some hundred bytes.
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
                Process = ProcessMark.Here,
            };
            var target = new EntityRef(EntityRef.GenerationKind, generation.Id);
            try
            {
                List<RecordOperation> operations = [Records.Put(generation, RecordOperation.Absent), LineageEdge.Of(version.ToRef(), target, "served as " + alias, generation.LoadedAt)];
                if (await DeploymentAsync(version, alias, cancellationToken).ConfigureAwait(false) is { } deployment)
                    operations.Add(LineageEdge.Of(deployment, target, "brought into service", generation.LoadedAt));
                await writer.CommitAsync(operations, null, cancellationToken).ConfigureAwait(false);
                _known[id] = generation;
                return generation;
            }
            catch (MLOpsConflictException)
            {
                // Two equal draws of 64 bits: draw again.
            }
        }
    }

    /// <summary>Keeps how many predictions a generation made, once it makes no more.</summary>
    public async ValueTask CloseAsync(ulong generation, ulong count, CancellationToken cancellationToken)
    {
        if (await Records.GetAsync(ServedGeneration.ToId(generation), cancellationToken).ConfigureAwait(false) is not { } open) return;
        await writer.CommitAsync([Records.Put(open, open.Value with { Count = count, ClosedAt = writer.Now })], null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The generation of a prediction.</summary>
    /// <exception cref="MLOpsNotFoundException">It was never served from this store.</exception>
    public async ValueTask<ServedGeneration> GetAsync(ulong generation, CancellationToken cancellationToken) => _known.TryGetValue(generation, out var known)
        ? known
        : _known.GetOrAdd(generation, await ReadAsync(generation, cancellationToken).ConfigureAwait(false));

    /// <summary>The generation as the store has it now, with its end.</summary>
    /// <exception cref="MLOpsNotFoundException">It was never served from this store.</exception>
    public async ValueTask<ServedGeneration> ReadAsync(ulong generation, CancellationToken cancellationToken)
    {
        var id = ServedGeneration.ToId(generation);
        return (await Records.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"No generation '{id}' was ever served from this store. Is the prediction id of another store?")).Value;
    }

    /// <summary>The move that points the alias to the version; null when it points elsewhere by now.</summary>
    private async ValueTask<EntityRef?> DeploymentAsync(ModelVersion version, string alias, CancellationToken cancellationToken) =>
        await new ModelRecords(writer.Store).Aliases.GetAsync(ModelRecords.AliasId(version.Model, alias), cancellationToken).ConfigureAwait(false) is { Value: var at } && at.Number == version.Number
            ? EntityRef.Deployment(version.Model, alias, at.Revision)
            : null;

    private static ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
