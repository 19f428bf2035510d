using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>
/// While it lasts, the calls of one asynchronous flow to one store run in the host application's own transaction. Enlistments of
/// several stores nest.
/// </summary>
internal sealed class Enlistment : IDisposable
{
    private static readonly AsyncLocal<Enlistment?> Innermost = new();

    private readonly Enlistment? _outer = Innermost.Value;
    private readonly Database _database;
    private volatile bool _ended;

    public Enlistment(Database database, DbTransaction transaction)
    {
        _database = database;
        Session = new(transaction.Connection!, database.Dialect, transaction);
        Innermost.Value = this;
    }

    /// <summary>True when this flow's commits, to some store at least, wait for a host's transaction to end.</summary>
    public static bool IsAny
    {
        get
        {
            for (var e = Innermost.Value; e is not null; e = e._outer)
                if (!e._ended) return true;
            return false;
        }
    }

    public Session Session { get; }

    /// <summary>Calls of one flow may run at the same time, but its connection serves one.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>What the transaction has locked so far.</summary>
    public HashSet<WriteLock> Locked { get; } = [];

    /// <summary>The enlistment of a store in this flow, or null. One that has ended counts no more, also in work that it started and that goes on.</summary>
    public static Enlistment? Of(Database database)
    {
        for (var e = Innermost.Value; e is not null; e = e._outer)
            if (!e._ended && ReferenceEquals(e._database, database)) return e;
        return null;
    }

    public void Dispose()
    {
        _ended = true;
        if (ReferenceEquals(Innermost.Value, this)) Innermost.Value = _outer;
    }
}
