using System.Text;

namespace MLOps.Storage;

/// <summary>Names a record.</summary>
/// <param name="Collection">1 to 64 characters of <c>a-z 0-9 -</c>.</param>
/// <param name="Id">1 to 512 UTF-8 bytes; any characters but U+0000 and lone surrogates. Ordinal.</param>
public readonly record struct RecordKey(string Collection, string Id)
{
    /// <summary>Checks the rule and returns the key.</summary>
    /// <exception cref="MLOpsInvalidException">The key breaks the rule.</exception>
    public RecordKey Require()
    {
        RequireCollection(Collection);
        if (string.IsNullOrEmpty(Id)) throw new MLOpsInvalidException("A record id is empty.");
        if (Id.Length > 512 || Encoding.UTF8.GetByteCount(Id) > 512) throw new MLOpsInvalidException($"The record id '{Name.Shown(Id)}' is longer than 512 bytes of UTF-8.");
        FieldValue.RequireText(Id, "record id");
        return this;
    }

    /// <summary>Checks a collection's name and returns it.</summary>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule.</exception>
    public static string RequireCollection(string? collection)
    {
        if (string.IsNullOrEmpty(collection) || collection.Length > 64 || collection.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            throw new MLOpsInvalidException($"'{Name.Shown(collection)}' is not a valid collection: 1 to 64 characters of a-z, 0-9 and '-'.");
        return collection;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Collection}/{Id}";
}
