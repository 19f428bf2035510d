using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>Whether the candidate loads from the store, byte by byte what was registered, and answers: row by row and as a batch alike, in finite numbers, within a time.</summary>
internal sealed class LoadAndQueryGate<TInput, TOutput>(TInput[] inputs, Func<TOutput, double>? score, TimeSpan limit, TimeProvider time) : IGate
{
    public string Name => "load-and-query";

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        try
        {
            // On another thread: a model that hangs keeps that one, not the gate.
            return await Task.Run(() => AskAsync(subject, cancellationToken), cancellationToken).WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Result(GateOutcome.Failed, $"{subject.Candidate} did not load and answer {inputs.Length} rows within {limit}.", ("rows", inputs.Length));
        }
    }

    private async Task<GateResult> AskAsync(GateSubject subject, CancellationToken cancellationToken)
    {
        LoadedModel<TInput, TOutput> loaded;
        try
        {
            loaded = await LoadedModel<TInput, TOutput>.LoadAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not MLOpsUnavailableException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return Result(GateOutcome.Failed, $"{subject.Candidate} cannot be loaded: {e.Message}", ("rows", 0));
        }

        await using (loaded.ConfigureAwait(false))
        {
            var one = new TOutput[inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    one[i] = loaded.Model.Predict(inputs[i]);
                    if (score is not null && !double.IsFinite(score(one[i]))) return Result(GateOutcome.Failed, $"{subject.Candidate} gave no finite number for row {i}.", ("rows", i));
                }
                catch (Exception e)
                {
                    return Result(GateOutcome.Failed, $"{subject.Candidate} threw on row {i}: {e.GetType().Name}: {e.Message}", ("rows", i));
                }
            }

            return Batch(subject, loaded.Model, one);
        }
    }

    private GateResult Batch(GateSubject subject, IModel<TInput, TOutput> model, TOutput[] one)
    {
        var many = new TOutput[inputs.Length];
        try
        {
            model.PredictBatch(inputs, many);
        }
        catch (Exception e)
        {
            return Result(GateOutcome.Failed, $"{subject.Candidate} answers row by row, and threw on the batch: {e.GetType().Name}: {e.Message}", ("rows", inputs.Length));
        }

        // Sums in another order differ in the last bits.
        var differs = score is null ? -1 : Enumerable.Range(0, one.Length).Where(i => !(Math.Abs(score(one[i]) - score(many[i])) <= 1e-6 * Math.Max(1, Math.Abs(score(one[i]))))).FirstOrDefault(-1);
        return differs >= 0
            ? Result(GateOutcome.Failed, $"{subject.Candidate} answers row {differs} with {score!(one[differs]):G6} alone and {score(many[differs]):G6} in a batch.", ("rows", inputs.Length))
            : Result(GateOutcome.Passed, $"{subject.Candidate} loads, and answers {inputs.Length} rows alone and as a batch.", ("rows", inputs.Length));
    }
}
