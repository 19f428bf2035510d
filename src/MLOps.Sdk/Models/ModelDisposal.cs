namespace MLOps.Models;

/// <summary>Disposes a model by whichever way it has.</summary>
internal static class ModelDisposal
{
    public static async ValueTask DisposeAsync(object model)
    {
        if (model is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
        else if (model is IDisposable now) now.Dispose();
    }
}
