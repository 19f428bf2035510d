using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Registers new versions: bytes first, then one commit with everything that names them.</summary>
internal sealed class ModelRegistration(RecordWriter writer, ModelRecords records, ContentStore content, ModelFormats formats) : IDisposable
{
    private const int MaxFiles = 5000;

    // Registrations of one process take turns at the commit; only other processes are left to race with.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async ValueTask<ModelVersion> RegisterAsync(string model, object toPack, RegisterOptions options, CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        ArgumentNullException.ThrowIfNull(toPack);
        Check(options);
        cancellationToken.ThrowIfCancellationRequested();
        await CheckSourcesAsync(options, cancellationToken).ConfigureAwait(false);

        var format = formats.ToPack(toPack, options.Format);
        var package = await format.PackAsync(toPack, cancellationToken).ConfigureAwait(false);
        var files = await StoreAsync(Ordered(package, format), cancellationToken).ConfigureAwait(false);
        var attachments = await AttachAsync(options, files, cancellationToken).ConfigureAwait(false);
        var facts = package.Facts.ToDictionary(StringComparer.Ordinal);

        return await CommitAsync(
            new ModelVersion
            {
                Model = model,
                Number = 0,
                Digest = ModelDigest.Of(format.Key, facts, files),
                Format = format.Key,
                Facts = facts,
                Files = files,
                Signature = options.Signature,
                RunId = options.RunId,
                DatasetVersions = [.. options.DatasetVersions.Distinct(StringComparer.Ordinal)],
                Metrics = options.Metrics.ToDictionary(StringComparer.Ordinal),
                Tags = options.Tags.ToDictionary(StringComparer.Ordinal),
                Description = options.Description,
                Attachments = attachments,
                CreatedBy = writer.Actor,
                CreatedAt = writer.Now,
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<ModelVersion> CommitAsync(ModelVersion draft, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long? lost = null;
            while (true)
            {
                var latest = await records.Models.GetAsync(ModelRecords.ModelId(draft.Model), cancellationToken).ConfigureAwait(false);
                var version = draft with { Number = (latest?.Value.LatestNumber ?? 0) + 1 };
                var operations = new List<RecordOperation>
                {
                    latest is null
                        ? records.Models.Put(new Model { Name = version.Model, LatestNumber = version.Number, CreatedAt = version.CreatedAt }, RecordOperation.Absent)
                        : records.Models.Put(latest, latest.Value with { LatestNumber = version.Number }),
                    records.Versions.Put(version, RecordOperation.Absent),
                };
                operations.Add(Outbox.Of(writer, ModelEventType.VersionRegistered, version.Model, version.ToRef(), ("number", Outbox.Text(version.Number)), ("digest", version.Digest.Hex)));
                if (version.RunId is { } run) operations.Add(LineageEdge.Of(EntityRef.Run(run), version.ToRef(), "produced", version.CreatedAt));
                operations.AddRange(version.DatasetVersions.Select(d => LineageEdge.Of(EntityRef.Dataset(d), version.ToRef(), "trained on", version.CreatedAt)));
                operations.AddRange(version.Files.Concat(version.Attachments).Select(f => f.Digest).Distinct().Select(d => Pin.Of(ContentStore.Key(d), version.ToRef())));
                try
                {
                    await writer.CommitAsync(operations, $"register {version}", cancellationToken).ConfigureAwait(false);
                    return version;
                }
                catch (MLOpsConflictException) when (lost != (latest?.Version ?? RecordOperation.Absent))
                {
                    // Another process took this number. Each round lost was won by somebody; one that nobody won is no race.
                    lost = latest?.Version ?? RecordOperation.Absent;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Asks whether run and data exist. Existence is enough and no check goes into the commit: neither is ever deleted,
    /// and a run's record changes all the time, so a check on its version would only lose races.
    /// </summary>
    private async ValueTask CheckSourcesAsync(RegisterOptions options, CancellationToken cancellationToken)
    {
        if (options.RunId is { } run && await FindAsync(Collections.Runs, run, cancellationToken).ConfigureAwait(false) is null)
            throw new MLOpsNotFoundException($"There is no run '{Name.Shown(run)}' in this store. Give the id of a run that the experiment tracker started, or leave RunId out.");
        foreach (var version in options.DatasetVersions)
            if (await FindAsync(Collections.DatasetVersions, version, cancellationToken).ConfigureAwait(false) is null)
                throw new MLOpsNotFoundException($"There is no dataset version '{Name.Shown(version)}' in this store. Give the whole id of a version (64 hexadecimal characters), as IDatasetStore.ResolveAsync finds it.");
    }

    private ValueTask<Record?> FindAsync(string collection, string id, CancellationToken cancellationToken) =>
        writer.Store.GetAsync(new RecordKey(collection, id), cancellationToken);

    private async ValueTask<List<ModelFile>> StoreAsync(IEnumerable<ModelPackageFile> files, CancellationToken cancellationToken)
    {
        var stored = new List<ModelFile>();
        foreach (var file in files)
        {
            var bytes = await content.PutAsync(file.Open, cancellationToken).ConfigureAwait(false);
            stored.Add(new ModelFile(file.Path, bytes.Length, bytes.Digest));
        }

        return stored;
    }

    private async ValueTask<List<ModelFile>> AttachAsync(RegisterOptions options, List<ModelFile> files, CancellationToken cancellationToken)
    {
        var stored = new List<ModelFile>();
        foreach (var (name, document) in options.Attachments.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (files.Exists(f => f.Path == name)) throw new MLOpsInvalidException($"The attachment '{name}' has the path of a file of the model. Give it another name.");
            var bytes = await content.PutAsync(document, cancellationToken).ConfigureAwait(false);
            stored.Add(new ModelFile(name, bytes.Length, bytes.Digest));
        }

        return stored;
    }

    private static IEnumerable<ModelPackageFile> Ordered(ModelPackage package, IModelFormat format)
    {
        if (package.Files.Count is 0 or > MaxFiles)
            throw new MLOpsInvalidException($"The model has {package.Files.Count} files; 1 to {MaxFiles} are allowed. Pack many small ones into an archive.");
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in package.Files)
            if (!paths.Add(Name.RequirePath(file.Path, "file path"))) throw new MLOpsInvalidException($"The format '{format.Key}' gave two files with the path '{file.Path}'.");
        return package.Files.OrderBy(f => f.Path, StringComparer.Ordinal);
    }

    private static void Check(RegisterOptions options)
    {
        Reasons.Require(options.Description, "description");
        if (options.RunId is not null && !IsId(options.RunId)) throw new MLOpsInvalidException($"'{Name.Shown(options.RunId)}' is not a run id.");
        if (options.DatasetVersions.FirstOrDefault(d => !IsId(d)) is { } data) throw new MLOpsInvalidException($"'{Name.Shown(data)}' is not the id of a dataset version.");
        if (options.DatasetVersions.Count > 1000) throw new MLOpsInvalidException($"{options.DatasetVersions.Count} dataset versions are given, and at most 1000 are allowed.");
        if (options.Attachments.Count > 1000) throw new MLOpsInvalidException($"{options.Attachments.Count} attachments are given, and at most 1000 are allowed.");
        if (options.Signature is not null) SignatureRules.Require(options.Signature);
        foreach (var name in options.Attachments.Keys) Name.RequirePath(name, "attachment name");
        foreach (var name in options.Metrics.Keys) Name.RequirePath(name, "metric name");
        foreach (var name in options.Tags.Keys) Name.RequirePath(name, "tag name");

        static bool IsId(string? id) => id is { Length: > 0 and <= 64 } && id.All(char.IsAsciiLetterOrDigit);
    }
}
