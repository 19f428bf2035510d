namespace MLOps.Serving;

/// <summary>Answers with its value, and betrays every call after its disposal.</summary>
internal sealed class TrackedModel(int value, TrackedFormat format) : Models.IModel<int, int>, IAsyncDisposable
{
    private int _disposals;

    public int Value { get; } = value;

    public int Disposals => Volatile.Read(ref _disposals);

    public int Predict(int input)
    {
        if (Disposals > 0) Throw();
        format.During?.Invoke();
        if (input == int.MinValue) throw new InvalidOperationException("The model refuses this row.");
        if (Disposals > 0) Throw();
        return Value;
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposals);
        return ValueTask.CompletedTask;
    }

    private void Throw()
    {
        Interlocked.Increment(ref format.CallsAfterDisposal);
        throw new ObjectDisposedException(nameof(TrackedModel));
    }
}
