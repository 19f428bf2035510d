namespace MLOps.Testing;

/// <summary>
/// Decides at which calls something goes wrong, and counts them all. Calls are numbered in the order they begin, so that in a test that calls one after
/// the other the same fault always meets the same call. One plan may serve several stores. Thread-safe.
/// </summary>
/// <remarks>
/// To try a piece of code against every single failure, run it once without faults, read <see cref="Count"/>, and then once for
/// each number with a fault there: afterwards the store must hold all of it or nothing, and running it again must heal it.
/// </remarks>
/// <param name="time">The clock that delays wait on; the system's when null.</param>
public sealed class FaultPlan(TimeProvider? time = null)
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _due = [];
    private readonly List<Fault> _happened = [];
    private readonly Dictionary<StorageCall, int> _counts = [];

    /// <summary>The faults that happened, in order.</summary>
    public IReadOnlyList<Fault> Happened
    {
        get
        {
            lock (_gate) return [.. _happened];
        }
    }

    /// <summary>How often a call was made.</summary>
    public int Count(StorageCall call)
    {
        lock (_gate) return _counts.GetValueOrDefault(call);
    }

    /// <summary>Plans a fault.</summary>
    /// <param name="fault">It must lie in the future: its number is larger than <see cref="Count"/>.</param>
    /// <exception cref="MLOpsInvalidException">The call was made already, or the fault breaks a rule.</exception>
    public FaultPlan Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Keep < 0 || fault.Delay < TimeSpan.Zero) throw new MLOpsInvalidException($"A fault keeps at least nothing and waits at least not: {fault}.");
        lock (_gate)
        {
            if (fault.Number <= _counts.GetValueOrDefault(fault.Call))
                throw new MLOpsInvalidException($"The fault {fault} never happens: {_counts.GetValueOrDefault(fault.Call)} such calls were made already, and the first has the number 1.");
            _due.Add(fault);
        }

        return this;
    }

    /// <summary>Counts a call; gives the fault that is due at it.</summary>
    internal Fault? Next(StorageCall call)
    {
        lock (_gate)
        {
            var number = _counts[call] = _counts.GetValueOrDefault(call) + 1;
            if (_due.FirstOrDefault(f => f.Call == call && f.Number == number) is not { } fault) return null;
            _due.Remove(fault);
            _happened.Add(fault);
            return fault;
        }
    }

    /// <summary>Makes a call, with what is due at it.</summary>
    /// <param name="call">Which it is.</param>
    /// <param name="work">The call.</param>
    /// <param name="torn">Does a part of it; null for a call without parts.</param>
    /// <param name="cancellationToken">Ends a delay.</param>
    internal async ValueTask<T> RunAsync<T>(StorageCall call, Func<ValueTask<T>> work, Func<Fault, ValueTask>? torn, CancellationToken cancellationToken)
    {
        var fault = Next(call);
        switch (fault?.Kind)
        {
            case FaultKind.Tear when torn is not null:
                await torn(fault).ConfigureAwait(false);
                throw fault.NewError();
            case FaultKind.FailBefore or FaultKind.Tear:
                throw fault.NewError();
            case FaultKind.FailAfter:
                await work().ConfigureAwait(false);
                throw fault.NewError();
            case FaultKind.Repeat:
                await work().ConfigureAwait(false);
                break;
            case FaultKind.Delay:
                await WaitAsync(fault, cancellationToken).ConfigureAwait(false);
                break;
        }

        return await work().ConfigureAwait(false);
    }

    /// <summary>Makes an enumeration, with what is due at it.</summary>
    internal async IAsyncEnumerable<T> EnumerateAsync<T>(StorageCall call, IAsyncEnumerable<T> items)
    {
        var fault = Next(call);
        if (fault?.Kind == FaultKind.FailBefore) throw fault.NewError();
        if (fault?.Kind == FaultKind.Delay) await WaitAsync(fault, CancellationToken.None).ConfigureAwait(false);
        var left = fault?.Keep ?? 0;
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (fault?.Kind == FaultKind.Tear && left-- == 0) throw fault.NewError();
            yield return item;
            if (fault?.Kind == FaultKind.Repeat) yield return item;
        }

        if (fault?.Kind is FaultKind.FailAfter or FaultKind.Tear) throw fault.NewError();
    }

    internal Task WaitAsync(Fault fault, CancellationToken cancellationToken) => Task.Delay(fault.Delay, time ?? TimeProvider.System, cancellationToken);
}
