using MLOps.Models;

namespace MLOps.Serving;

/// <summary>Asks a model for many rows so that one bad row fails alone.</summary>
internal static class RowAnswers
{
    /// <summary>All at once; where that throws, in halves: k bad rows among n cost about 2 k log2 n calls. Returns how many rows failed.</summary>
    public static int Fill<TInput, TOutput>(IModel<TInput, TOutput> model, ReadOnlySpan<TInput> inputs, Span<TOutput> outputs, Span<Exception?> errors)
    {
        try
        {
            model.PredictBatch(inputs, outputs[..inputs.Length]);
            errors[..inputs.Length].Clear();
            return 0;
        }
        catch (Exception e)
        {
            if (inputs.Length <= 1)
            {
                if (inputs.Length == 0) return 0;
                errors[0] = e;
                return 1;
            }
        }

        var half = inputs.Length / 2;
        return Fill(model, inputs[..half], outputs, errors) + Fill(model, inputs[half..], outputs[half..], errors[half..]);
    }
}
