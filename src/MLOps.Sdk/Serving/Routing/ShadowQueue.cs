using System.Threading.Channels;

namespace MLOps.Serving;

/// <summary>
/// Asks a shadow what the champion has answered, one after the other on a thread of its own beneath the others' priority. Bounded: what it cannot keep up with
/// is dropped, the oldest first, and counted. Whatever the shadow throws is counted and goes nowhere; one that hangs holds this thread only.
/// </summary>
internal sealed class ShadowQueue<TInput, TOutput> : IDisposable
{
    private const int Capacity = 256;

    private readonly Channel<(TInput Input, TOutput Answer)> _rows;
    private readonly RouteShadow _shadow;
    private readonly Func<TOutput, double>? _score;
    private readonly TimeProvider _time;
    private volatile bool _stopped;

    public ShadowQueue(RouteShadow shadow, Generation<TInput, TOutput> generation, ArmCounter counter, Func<TOutput, double>? score, TimeProvider time)
    {
        (_shadow, Generation, Counter, _score, _time) = (shadow, generation, counter, score, time);
        _rows = Channel.CreateBounded<(TInput, TOutput)>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => counter.Dropped());
        new Thread(Run) { IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "mlops shadow" }.Start();
    }

    public Generation<TInput, TOutput> Generation { get; }

    public ArmCounter Counter { get; }

    /// <summary>Whether this request is one of the share that is asked beside.</summary>
    public bool Takes() => Counter.Tripped is null && (_shadow.Share == Route.Whole || Random.Shared.Next(Route.Whole) < _shadow.Share);

    /// <summary>Never waits.</summary>
    public void Post(TInput input, TOutput answer) => _rows.Writer.TryWrite((input, answer));

    /// <summary>Ends the thread after the row that it is at.</summary>
    public void Dispose()
    {
        _stopped = true;
        _rows.Writer.TryComplete();
    }

    private void Run()
    {
        var rows = _rows.Reader;
        while (!_stopped && rows.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (!_stopped && rows.TryRead(out var row)) Ask(row.Input, row.Answer);
    }

    private void Ask(TInput input, TOutput answer)
    {
        if (!Generation.TryAcquire(out var lease)) return;
        using (lease)
        {
            var began = _time.GetTimestamp();
            try
            {
                var own = Generation.Model.Predict(input);
                Counter.Answered(1, _time.GetElapsedTime(began));
                if (_score is null)
                {
                    Counter.Compared(double.NaN, EqualityComparer<TOutput>.Default.Equals(own, answer));
                    return;
                }

                var (mine, champions) = (_score(own), _score(answer));
                Counter.Scored(mine);
                Counter.Compared(mine - champions, mine.Equals(champions) || Math.Abs(mine - champions) <= _shadow.Tolerance);
            }
            catch (Exception)
            {
                Counter.Failed(1, _time.GetElapsedTime(began));
            }
        }
    }
}
