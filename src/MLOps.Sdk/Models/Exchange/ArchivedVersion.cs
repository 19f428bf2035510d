namespace MLOps.Models;

/// <summary>A version in an archive.</summary>
/// <param name="Version">As it is in the store that wrote the archive.</param>
/// <param name="OriginModel">The model where it was registered first.</param>
/// <param name="OriginNumber">Its number there.</param>
/// <param name="OriginCreatedBy">Who registered it there.</param>
/// <param name="OriginCreatedAt">When.</param>
internal sealed record ArchivedVersion(ModelVersion Version, string OriginModel, int OriginNumber, string OriginCreatedBy, DateTimeOffset OriginCreatedAt)
{
    /// <summary>See <see cref="ModelImport.Origin"/>.</summary>
    public Digest Origin() => Digest.Of(FormattableString.Invariant($"{OriginModel}\n{OriginNumber}\n{Version.Digest.Hex}\n{OriginCreatedAt.ToUnixTimeMilliseconds()}\n{OriginCreatedBy}"));

    public static ArchivedVersion Of(ModelVersion version, ModelImport? import) => import is null
        ? new(version, version.Model, version.Number, version.CreatedBy, version.CreatedAt)
        : new(version, import.OriginModel, import.OriginNumber, import.OriginCreatedBy, import.OriginCreatedAt);
}
