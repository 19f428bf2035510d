using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>
/// Takes models from store to store as one file: versions with their files and attachments, where they came from, and their history. Thread-safe.
/// </summary>
/// <remarks>
/// The file is a plain tar; the same facts give the same bytes, and every byte in it is bound by a hash. Neither way needs more memory than a few buffers and the facts. An import moves no
/// alias and brings no verdict or approval: what the other store decided is kept as history, and this store decides for itself.
/// </remarks>
public sealed class ModelArchives
{
    private readonly RecordWriter _writer;
    private readonly IBlobStore _blobs;
    private readonly ContentStore _content;
    private readonly ModelRecords _records;
    private readonly ModelImports _imports;
    private readonly ModelExport _export;

    internal ModelArchives(RecordWriter writer, IBlobStore blobs, ContentStore content, Func<ModelImports, ModelExport> export)
    {
        (_writer, _blobs, _content, _records, _imports) = (writer, blobs, content, new ModelRecords(writer.Store), new ModelImports(writer.Store));
        _export = export(_imports);
    }

    /// <summary>Writes a model as one file.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="target">Where to write; need not be seekable, and is not disposed.</param>
    /// <param name="numbers">The versions; null for all.</param>
    /// <param name="cancellationToken">Cancels; the target holds a part.</param>
    /// <returns>The digest of the file's manifest, and so of everything in the file.</returns>
    /// <exception cref="MLOpsNotFoundException">No such model or version.</exception>
    /// <exception cref="MLOpsIntegrityException">Stored bytes are missing or damaged.</exception>
    public ValueTask<Digest> ExportAsync(string model, Stream target, IReadOnlyCollection<int>? numbers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        Name.Require(model, "model name");
        return _export.WriteAsync(model, numbers, target, cancellationToken);
    }

    /// <summary>Reads a model from a file: bytes first, each verified; then version by version. A version that was imported before, or that came from here, is left as it is.</summary>
    /// <param name="source">The file; read front to back, and not disposed.</param>
    /// <param name="options">Name and limit; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels; versions that were registered before stay, and importing the file again goes on.</param>
    /// <returns>For every version of the file which it is here, in their order.</returns>
    /// <exception cref="MLOpsInvalidException">The file is no archive, or breaks a rule. Nothing was imported.</exception>
    /// <exception cref="MLOpsIntegrityException">The file is damaged or cut off. Nothing was imported.</exception>
    /// <exception cref="MLOpsRejectedException">The file is larger than is allowed. Nothing was imported.</exception>
    public async ValueTask<IReadOnlyList<ModelImport>> ImportAsync(Stream source, ModelImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        if (options.Model is not null) Name.Require(options.Model, "model name");
        var reader = new ArchiveReader(source);
        var (read, bytes) = await reader.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        var manifest = ArchiveRules.Require(read, options.MaxBytes);
        foreach (var blob in manifest.Blobs)
            await reader.ReadBlobAsync(
                blob, async stream => await _blobs.WriteAsync(ContentStore.Key(blob.Digest), stream, blob.Digest, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await reader.ReadEndAsync(cancellationToken).ConfigureAwait(false);

        var history = await _content.PutAsync(bytes, cancellationToken).ConfigureAwait(false);
        var model = options.Model ?? manifest.Model;
        var imported = new List<ModelImport>();
        foreach (var archived in manifest.Versions)
            imported.Add(await ImportAsync(archived, manifest, model, new("history.json", history.Length, history.Digest), cancellationToken).ConfigureAwait(false));
        return imported;
    }

    private async ValueTask<ModelImport> ImportAsync(ArchivedVersion archived, ArchiveManifest manifest, string model, ModelFile history, CancellationToken cancellationToken)
    {
        var origin = archived.Origin();
        string? lost = null;
        while (true)
        {
            if (await _imports.Records.GetAsync(ModelImports.IdOf(model, origin), cancellationToken).ConfigureAwait(false) is { } known) return known.Value;
            var now = _writer.Now;
            var import = new ModelImport
            {
                Model = model, Number = 0, Digest = archived.Version.Digest, Origin = origin, OriginModel = archived.OriginModel, OriginNumber = archived.OriginNumber,
                OriginCreatedBy = archived.OriginCreatedBy, OriginCreatedAt = archived.OriginCreatedAt, History = history, ImportedBy = _writer.Actor, ImportedAt = now,
            };
            if (await OwnAsync(model, archived, origin, cancellationToken).ConfigureAwait(false) is { } own) return import with { Number = own.Number, ImportedBy = own.CreatedBy, ImportedAt = own.CreatedAt };

            var latest = await _records.Models.GetAsync(ModelRecords.ModelId(model), cancellationToken).ConfigureAwait(false);
            import = import with { Number = (latest?.Value.LatestNumber ?? 0) + 1 };
            // Where it stands in another store's ways, and who there may not let it go, is nothing to this one.
            var version = archived.Version with { Model = model, Number = import.Number, CreatedBy = import.ImportedBy, CreatedAt = now, Stage = null, LegalHold = null };
            var operations = new List<RecordOperation>
            {
                latest is null
                    ? _records.Models.Put(new Model { Name = model, LatestNumber = version.Number, CreatedAt = now }, RecordOperation.Absent)
                    : _records.Models.Put(latest, latest.Value with { LatestNumber = version.Number }),
                _records.Versions.Put(version, RecordOperation.Absent),
                _imports.Records.Put(import, RecordOperation.Absent),
                Outbox.Of(
                    _writer, ModelEventType.VersionRegistered, model, version.ToRef(),
                    ("number", Outbox.Text(version.Number)), ("digest", version.Digest.Hex), ("origin", $"{archived.OriginModel}/{Outbox.Text(archived.OriginNumber)}")),
            };
            operations.AddRange(Edges(archived, manifest, version, origin));
            operations.AddRange(version.Files.Concat(version.Attachments).Append(history).Select(f => f.Digest).Distinct().Select(d => Pin.Of(ContentStore.Key(d), version.ToRef())));
            try
            {
                await _writer.CommitAsync(operations, $"import {version} from {archived.OriginModel}/{Outbox.Text(archived.OriginNumber)}", cancellationToken).ConfigureAwait(false);
                return import;
            }
            catch (MLOpsConflictException e) when (lost != $"{latest?.Version} {e.Subjects.Count}")
            {
                // Another process took this number, or imported the same: each round lost was won by somebody.
                lost = $"{latest?.Version} {e.Subjects.Count}";
            }
        }
    }

    /// <summary>The version itself, when it was registered here and comes home.</summary>
    private async ValueTask<ModelVersion?> OwnAsync(string model, ArchivedVersion archived, Digest origin, CancellationToken cancellationToken)
    {
        var alike = Filter.And(Filter.Equal("model", model), Filter.Equal("digest", archived.Version.Digest.Hex));
        await foreach (var version in _records.Versions.QueryAsync(alike, cancellationToken: cancellationToken).ConfigureAwait(false))
            if (ArchivedVersion.Of(version.Value, null).Origin() == origin) return version.Value;
        return null;
    }

    /// <summary>What the version came from, under its name here. Runs and data keep their ids, which no other thing has; judgements of the other store are no facts of this one.</summary>
    private static IEnumerable<RecordPut> Edges(ArchivedVersion archived, ArchiveManifest manifest, ModelVersion version, Digest origin)
    {
        var there = archived.Version.ToRef();
        var wanted = new Queue<EntityRef>([there]);
        var seen = new HashSet<EntityRef>();
        var byTarget = manifest.Edges.ToLookup(e => e.Target);
        while (wanted.TryDequeue(out var target))
        {
            if (!seen.Add(target)) continue;
            foreach (var edge in byTarget[target])
            {
                if (edge.Source.Kind is not (EntityRef.RunKind or EntityRef.DatasetKind)) continue;
                yield return LineageEdge.Of(edge.Source, target == there ? version.ToRef() : target, edge.Relation, edge.At);
                wanted.Enqueue(edge.Source);
            }
        }

        yield return LineageEdge.Of(new EntityRef("origin", $"{archived.OriginModel}/{Outbox.Text(archived.OriginNumber)}#{origin.Hex[..12]}"), version.ToRef(), "imported as", version.CreatedAt);
    }
}
