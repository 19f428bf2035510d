using MLOps.Models;

namespace MLOps.Serving;

/// <summary>Makes a version ready to answer: loads its verified bytes, warms it up, asks it for itself, records it.</summary>
internal sealed class GenerationLoader<TInput, TOutput>(ServedModelDeclaration<TInput, TOutput> declaration, Func<TOutput, double>? score, ServingParts parts)
{
    /// <exception cref="MLOpsException">It is not fit to answer.</exception>
    public async ValueTask<Generation<TInput, TOutput>> LoadAsync(
        ModelVersion version, Func<Generation<TInput, TOutput>, Exception?, Task> disposed, CancellationToken cancellationToken)
    {
        var model = await LoadWarmAsync(version, cancellationToken).ConfigureAwait(false);
        try
        {
            var record = await parts.Log.OpenGenerationAsync(version, declaration.Options.Alias, cancellationToken).ConfigureAwait(false);
            return new(record.ToNumber(), version, model, record.LoadedAt, disposed);
        }
        catch
        {
            await ModelDisposal.DisposeAsync(model).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<IModel<TInput, TOutput>> LoadWarmAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On another thread: a loader, or a model, that never comes back must not keep this one.
        var loading = Task.Run(() => MakeAsync(version, limit.Token), cancellationToken);
        try
        {
            return await loading.WaitAsync(declaration.Options.LoadTimeout, parts.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!loading.IsCompleted)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            Abandon(loading);
            throw new MLOpsInvalidException($"{version} could not be loaded within {declaration.Options.LoadTimeout}. Raise {nameof(ServedModelOptions<,>.LoadTimeout)}, or see why it takes so long.");
        }
        catch (Exception e) when (e is not MLOpsException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A cancellation that nobody asked for, such as a loader's own time limit, is a failure like any other.
            throw new MLOpsInvalidException($"{version} could not be loaded: {e.Message}", e);
        }
        catch (OperationCanceledException)
        {
            Abandon(loading);
            throw;
        }
    }

    private async Task<IModel<TInput, TOutput>> MakeAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var loaded = await parts.Registry.LoadAsync(version, cancellationToken).ConfigureAwait(false);
        try
        {
            if (loaded is not IModel<TInput, TOutput> model)
                throw new MLOpsInvalidException(
                    $"{version} was loaded as '{loaded.GetType()}', which is no IModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>, but '{version.Model}' is declared with AddModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>. Declare it with the model's own types.");
            WarmUp(model, version, cancellationToken);
            return model;
        }
        catch
        {
            await ModelDisposal.DisposeAsync(loaded).ConfigureAwait(false);
            throw;
        }
    }

    // What comes too late is nobody's: it is disposed when it comes.
    private static void Abandon(Task<IModel<TInput, TOutput>> loading) => _ = loading.ContinueWith(
        static async done => await ModelDisposal.DisposeAsync(await done.ConfigureAwait(false)).ConfigureAwait(false),
        CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private void WarmUp(IModel<TInput, TOutput> model, ModelVersion version, CancellationToken cancellationToken)
    {
        for (var row = 0; row < declaration.Options.WarmUp.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double answer;
            try
            {
                var output = model.Predict(declaration.Options.WarmUp[row]);
                answer = score?.Invoke(output) ?? 0;
            }
            catch (Exception e)
            {
                throw new MLOpsInvalidException($"{version} is not published: it threw on warm-up row {row}: {e.Message}", e);
            }

            if (!double.IsFinite(answer)) throw new MLOpsInvalidException($"{version} is not published: it answered warm-up row {row} with {answer}.");
        }
    }
}
