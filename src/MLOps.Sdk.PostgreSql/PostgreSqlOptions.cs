using System.Text;

namespace MLOps.Storage;

/// <summary>How records and streams are kept in PostgreSQL.</summary>
public sealed record PostgreSqlOptions
{
    /// <summary>The schema that holds the store's tables: 1 to 63 bytes of UTF-8, taken literally. Made on first use. Several stores may share a database under different schemas.</summary>
    public string Schema { get; init; } = "mlops";

    /// <summary>How often watchers look for other processes' commits; they are woken by notifications too, which a pooler between may swallow. 500 ms by default; positive.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Prepare statements on the server. Turn it off behind a pooler that does not support prepared statements.</summary>
    public bool Prepare { get; init; } = true;

    /// <summary>Checks the rules and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">A value breaks its rule.</exception>
    internal PostgreSqlOptions Require()
    {
        if (string.IsNullOrEmpty(Schema) || Schema.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(Schema) > 63 || Schema.StartsWith("pg_", StringComparison.Ordinal))
            throw new MLOpsInvalidException($"'{Name.Shown(Schema)}' is not a schema's name: 1 to 63 bytes of UTF-8 without U+0000, not beginning with 'pg_'. Set {nameof(PostgreSqlOptions)}.{nameof(Schema)}.");
        if (Poll <= TimeSpan.Zero) throw new MLOpsInvalidException($"The polling interval {Poll} must be positive. Set {nameof(PostgreSqlOptions)}.{nameof(Poll)}.");
        return this;
    }
}
