namespace MLOps.Serving;

/// <summary>Keeps the loaded models within a budget: those that were not asked for longest go first. Thread-safe.</summary>
internal sealed class MemoryBudget(IReadOnlyList<ServedSlot> slots, long? most) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<ServedSlot, ((ulong Generation, ulong Asked) Used, long Seen)> _used = [];
    private long _looks;

    public void Dispose() => _turn.Dispose();

    /// <summary>Unloads others until what is loaded fits; never <paramref name="loaded"/> itself, which is about to answer.</summary>
    public async ValueTask MakeRoomAsync(ServedSlot loaded, CancellationToken cancellationToken)
    {
        if (most is not { } budget) return;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // No clock runs with each prediction: who was asked since the last look is told by how often, and those of one look by who was asked more.
            _looks++;
            foreach (var slot in slots)
                if (!_used.TryGetValue(slot, out var before) || before.Used != slot.Used) _used[slot] = (slot.Used, _looks);
            var total = slots.Sum(s => s.MemoryBytes);
            foreach (var slot in slots.Where(s => s.IsLazy && s.IsLoaded && s != loaded).OrderBy(s => _used[s].Seen).ThenBy(s => _used[s].Used.Asked).ToList())
            {
                if (total <= budget) return;
                total -= slot.MemoryBytes;
                await slot.UnloadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
