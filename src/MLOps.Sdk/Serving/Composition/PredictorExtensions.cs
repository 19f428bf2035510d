namespace MLOps.Serving;

/// <summary>Makes predictors of predictors: steps around one, several as one. They hold nothing of their own and live as long as what they are made of.</summary>
public static class PredictorExtensions
{
    /// <summary>Puts a step before and a step after a model. Version, id and route are the model's; the log keeps what the model saw and answered.</summary>
    /// <typeparam name="TInput">What the model takes.</typeparam>
    /// <typeparam name="TOutput">What the model answers.</typeparam>
    /// <typeparam name="TOuterInput">What callers give.</typeparam>
    /// <typeparam name="TOuterOutput">What callers get.</typeparam>
    /// <param name="predictor">The model.</param>
    /// <param name="before">Makes the model's input of the caller's. An error of it is the error of its row.</param>
    /// <param name="after">Makes the caller's answer of the caller's input and the model's answer. Likewise.</param>
    public static IPredictor<TOuterInput, TOuterOutput> With<TInput, TOutput, TOuterInput, TOuterOutput>(
        this IPredictor<TInput, TOutput> predictor, Func<TOuterInput, TInput> before, Func<TOuterInput, TOutput, TOuterOutput> after)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new SteppedPredictor<TInput, TOutput, TOuterInput, TOuterOutput>(predictor, before, after);
    }

    /// <summary>Asks several models for every row and makes one answer of theirs. Version, id and route are those of the first; each model's own answer is logged under its own id.</summary>
    /// <typeparam name="TInput">What the models take.</typeparam>
    /// <typeparam name="TOutput">What the models answer.</typeparam>
    /// <typeparam name="TCombined">What callers get.</typeparam>
    /// <param name="predictors">The models; at least one.</param>
    /// <param name="name">What the whole is called.</param>
    /// <param name="combine">Makes one answer of the input and the models' answers, in their order.</param>
    /// <exception cref="MLOpsInvalidException">There is none, or the name breaks the rule.</exception>
    public static IPredictor<TInput, TCombined> Combine<TInput, TOutput, TCombined>(
        this IReadOnlyList<IPredictor<TInput, TOutput>> predictors, string name, Func<TInput, IReadOnlyList<Prediction<TOutput>>, TCombined> combine)
    {
        ArgumentNullException.ThrowIfNull(predictors);
        ArgumentNullException.ThrowIfNull(combine);
        if (predictors.Count == 0) throw new MLOpsInvalidException("There is no predictor to combine; give at least one.");
        return new CombinedPredictor<TInput, TOutput, TCombined>([.. predictors], Name.Require(name, "predictor name"), combine);
    }
}
