using System.Data;

namespace MLOps.Storage.Relational;

/// <summary>A null argument of a statement that says what it is null of: databases that prepare a statement want to know.</summary>
internal sealed class Null
{
    public static readonly Null Number = new(DbType.Double), Text = new(DbType.String), Bytes = new(DbType.Binary);

    private Null(DbType type) => Type = type;

    public DbType Type { get; }
}
