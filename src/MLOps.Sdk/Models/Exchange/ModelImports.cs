using System.Globalization;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Which versions came from elsewhere, as records: one for each model and origin, so that none comes twice.</summary>
internal sealed class ModelImports(IRecordStore store)
{
    public RecordCollection<ModelImport> Records { get; } = new(
        store, Collections.ModelImports, ArchiveJson.Default.ModelImport, i => IdOf(i.Model, i.Origin),
        (i, fields) =>
        {
            fields["model"] = i.Model;
            fields["number"] = i.Number;
        });

    public static string IdOf(string model, Digest origin) => string.Create(CultureInfo.InvariantCulture, $"{FittedName.Of(model, 400)}/{origin.Hex}");

    /// <summary>Where a version came from; null when it was registered here.</summary>
    public async ValueTask<ModelImport?> FindAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var of = Filter.And(Filter.Equal("model", version.Model), Filter.Equal("number", version.Number));
        // The digest tells a version from one that had its number before, should that ever be.
        await foreach (var import in Records.QueryAsync(of, cancellationToken: cancellationToken).ConfigureAwait(false))
            if (import.Value.Digest == version.Digest) return import.Value;
        return null;
    }
}
