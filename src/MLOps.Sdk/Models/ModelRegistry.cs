using System.Runtime.CompilerServices;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <inheritdoc cref="IModelRegistry"/>
internal sealed class ModelRegistry : IModelRegistry, IDisposable
{
    private readonly RecordWriter _writer;
    private readonly ContentStore _content;
    private readonly ModelFormats _formats;
    private readonly ModelRecords _records;
    private readonly ModelRegistration _registration;
    private readonly ModelAliases _aliases;
    private readonly ModelChanges _changes;

    public ModelRegistry(RecordWriter writer, ContentStore content, ModelFormats formats)
    {
        (_writer, _content, _formats) = (writer, content, formats);
        _records = new ModelRecords(writer.Store);
        _registration = new ModelRegistration(writer, _records, content, formats);
        _aliases = new ModelAliases(writer, _records);
        _changes = new ModelChanges(writer, _records, _aliases);
    }

    public ValueTask<ModelVersion> RegisterAsync(string model, object content, RegisterOptions? options = null, CancellationToken cancellationToken = default) =>
        _registration.RegisterAsync(model, content, options ?? new(), cancellationToken);

    public async ValueTask<ModelVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        var (model, number, alias, digest) = ModelReference.Parse(reference);
        if (digest is { } content) return await WithContentAsync(model, content, cancellationToken).ConfigureAwait(false);
        if (model is null) throw new MLOpsInvalidException($"'{Name.Shown(reference)}' names no model.");
        if (number is { } exact) return await VersionAsync(model, exact, cancellationToken).ConfigureAwait(false);
        return alias is null
            ? await LatestAsync(model, cancellationToken).ConfigureAwait(false)
            : await VersionAsync(model, (await _aliases.CurrentAsync(model, alias, cancellationToken).ConfigureAwait(false)).Value.Number, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<Model> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var model in _records.Models.QueryAsync(orderBy: "name", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return model.Value;
    }

    public async IAsyncEnumerable<ModelVersion> VersionsAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Name.Require(model, "model name");
        await foreach (var version in _records.Versions.QueryAsync(Filter.Equal("model", model), "number", descending: true, cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return version.Value;
    }

    public ValueTask<ModelVersion> ChangeAsync(string model, int number, VersionChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _changes.ChangeAsync(model, number, change, cancellationToken);
    }

    public ValueTask<Model> ChangeModelAsync(string model, ModelChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _changes.ChangeModelAsync(model, change, cancellationToken);
    }

    public ValueTask DeleteAsync(string model, int number, string reason, CancellationToken cancellationToken = default) => _changes.DeleteAsync(model, number, reason, cancellationToken);

    public ValueTask<object> LoadAsync(ModelVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var actual = ModelDigest.Of(version.Format, version.Facts, version.Files);
        if (actual != version.Digest)
            throw new MLOpsIntegrityException(
                $"The record of {version} is damaged: its format, facts and files have the digest {actual}, {version.Digest} was registered. Restore it from a backup.",
                _records.Versions.Key(ModelRecords.VersionId(version.Model, version.Number)).ToString(), version.Digest.Hex, actual.Hex);
        return _formats.ToLoad(version).LoadAsync(version, new ModelFiles(version.Files, OpenAsync), cancellationToken);
    }

    public ValueTask<Stream> OpenAsync(ModelVersion version, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var file = version.Files.Concat(version.Attachments).FirstOrDefault(f => f.Path == path) ?? throw new MLOpsNotFoundException(
            $"{version} has no file '{Name.Shown(path)}'; it has {string.Join(", ", version.Files.Concat(version.Attachments).Take(20).Select(f => f.Path))}.");
        return OpenAsync(file, cancellationToken);
    }

    public ValueTask<ModelAlias> SetAliasAsync(string model, string alias, int number, AliasMoveOptions? options = null, CancellationToken cancellationToken = default) =>
        _aliases.SetAsync(model, alias, number, options ?? new(), cancellationToken);

    public ValueTask RemoveAliasAsync(string model, string alias, AliasMoveOptions? options = null, CancellationToken cancellationToken = default) =>
        _aliases.RemoveAsync(model, alias, options ?? new(), cancellationToken);

    public ValueTask<ModelAlias> RollbackAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _aliases.RollbackAsync(model, alias, options, cancellationToken);
    }

    public ValueTask<ModelAlias?> AliasAtAsync(string model, string alias, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        _aliases.AtAsync(model, alias, at, cancellationToken);

    public IAsyncEnumerable<ModelAlias> AliasesAsync(string model, CancellationToken cancellationToken = default) => _aliases.ListAsync(model, cancellationToken);

    public IAsyncEnumerable<ModelAlias> AliasHistoryAsync(string model, string alias, CancellationToken cancellationToken = default) => _aliases.HistoryAsync(model, alias, cancellationToken);

    public IAsyncEnumerable<ModelAlias> WatchAliasesAsync(string model, CancellationToken cancellationToken = default) => _aliases.WatchAsync(model, cancellationToken);

    public async ValueTask AddVerdictAsync(GateVerdict verdict, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        Name.Require(verdict.Model, "model name");
        Name.Require(verdict.Gate, "gate name");
        if (verdict.Id is not { Length: 32 } || !verdict.Id.All(char.IsAsciiHexDigitLower))
            throw new MLOpsInvalidException($"'{Name.Shown(verdict.Id)}' is not the id of a verdict: 32 lower-case hexadecimal characters are expected.");
        var version = await _records.Versions.GetAsync(ModelRecords.VersionId(verdict.Model, verdict.Number), cancellationToken).ConfigureAwait(false)
            ?? throw await _aliases.NoVersionAsync(verdict.Model, verdict.Number, cancellationToken).ConfigureAwait(false);
        if (version.Value.Digest != verdict.Digest)
            throw new MLOpsInvalidException($"The verdict is about the content {verdict.Digest}, but {version.Value} has {version.Value.Digest}.");
        await _writer.CommitAsync(
            [
                _records.Verdicts.Put(verdict, RecordOperation.Absent),
                new RecordCheck(_records.Versions.Key(ModelRecords.VersionId(verdict.Model, verdict.Number)), version.Version),
                LineageEdge.Of(version.Value.ToRef(), new EntityRef(EntityRef.VerdictKind, verdict.Id), "judged by " + verdict.Gate, verdict.At),
                Outbox.Of(
                    _writer, ModelEventType.VerdictAdded, verdict.Model, new EntityRef(EntityRef.VerdictKind, verdict.Id),
                    ("gate", verdict.Gate), ("number", Outbox.Text(verdict.Number)), ("outcome", verdict.Outcome.ToString()), ("message", verdict.Message)),
            ],
            null,
            cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<GateVerdict> VerdictsAsync(string model, int number, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Name.Require(model, "model name");
        var verdicts = new List<GateVerdict>();
        var ofVersion = Filter.And(Filter.Equal("model", model), Filter.Equal("number", number));
        await foreach (var verdict in _records.Verdicts.QueryAsync(ofVersion, cancellationToken: cancellationToken).ConfigureAwait(false)) verdicts.Add(verdict.Value);
        // Sorted here: within one instant the ids, which carry time, decide, and those sort the other way in the store.
        foreach (var verdict in verdicts.OrderByDescending(v => v.At).ThenByDescending(v => v.Id, StringComparer.Ordinal)) yield return verdict;
    }

    public void Dispose() => _registration.Dispose();

    private async ValueTask<ModelVersion> LatestAsync(string model, CancellationToken cancellationToken)
    {
        var known = await _records.Models.GetAsync(ModelRecords.ModelId(model), cancellationToken).ConfigureAwait(false)
            ?? throw await _aliases.NoModelAsync(model, cancellationToken).ConfigureAwait(false);
        if (await _records.Versions.GetAsync(ModelRecords.VersionId(model, known.Value.LatestNumber), cancellationToken).ConfigureAwait(false) is { } latest) return latest.Value;
        await foreach (var version in VersionsAsync(model, cancellationToken).ConfigureAwait(false)) return version;
        throw new MLOpsNotFoundException($"All versions of the model '{model}' were deleted. Register a new one.");
    }

    private async ValueTask<ModelVersion> WithContentAsync(string? model, Digest digest, CancellationToken cancellationToken)
    {
        var filter = Filter.Equal("digest", digest.Hex);
        if (model is not null) filter = Filter.And(Filter.Equal("model", model), filter);
        await foreach (var version in _records.Versions.QueryAsync(filter, "createdAt", descending: true, pageSize: 1, cancellationToken: cancellationToken).ConfigureAwait(false)) return version.Value;
        throw new MLOpsNotFoundException($"No version{(model is null ? "" : $" of '{Name.Shown(model)}'")} has the content {digest}. The digest of a version is the whole 64 characters that it was registered with.");
    }

    private async ValueTask<ModelVersion> VersionAsync(string model, int number, CancellationToken cancellationToken) =>
        (await _records.Versions.GetAsync(ModelRecords.VersionId(model, number), cancellationToken).ConfigureAwait(false)
            ?? throw await _aliases.NoVersionAsync(model, number, cancellationToken).ConfigureAwait(false)).Value;

    private ValueTask<Stream> OpenAsync(ModelFile file, CancellationToken cancellationToken) =>
        _content.OpenNamedAsync(file.Digest, $"the model file '{file.Path}'", cancellationToken);
}
