using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>
/// The sets of field names that records of a collection have. A collection's records mostly share a few, so a record names its
/// set by a number, and those without some field are found by an index.
/// </summary>
internal static class Shapes
{
    /// <summary>The number of a record whose set is not kept: written by an older release, too large, or one too many.</summary>
    public const long Unknown = 0;

    /// <summary>So many sets are kept of a collection.</summary>
    public const int Most = 64;

    private const int MostNames = 200;

    /// <summary>A set as it is stored: <c>,1,5,7,</c>; null when it is too large to keep.</summary>
    public static string? Text(List<long> names)
    {
        if (names.Count > MostNames) return null;
        names.Sort();
        return "," + string.Concat(names.Select(n => n.ToString(CultureInfo.InvariantCulture) + ","));
    }

    /// <summary>The sets of a collection that lack a name, and the unknown one.</summary>
    public static async ValueTask<List<long>> LackingAsync(Session session, long collection, long name, CancellationToken cancellationToken)
    {
        var lacking = new List<long> { Unknown };
        var text = string.Create(CultureInfo.InvariantCulture, $",{name},");
        await ReadAsync(session, collection, (id, names) =>
        {
            if (!names.Contains(text, StringComparison.Ordinal)) lacking.Add(id);
        }, cancellationToken).ConfigureAwait(false);
        return lacking;
    }

    /// <summary>All sets of a collection.</summary>
    public static ValueTask ReadAsync(Session session, long collection, Action<long, string> shape, CancellationToken cancellationToken) =>
        session.ReadAsync("select id, names from mlops_shape where collection = @p0", [collection], row =>
        {
            shape(row.GetInt64(0), row.GetString(1));
            return true;
        }, cancellationToken);
}
