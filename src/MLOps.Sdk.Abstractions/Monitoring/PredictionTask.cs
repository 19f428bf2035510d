namespace MLOps.Monitoring;

/// <summary>What kind of target a model predicts; decides the quality metrics.</summary>
public enum PredictionTask
{
    /// <summary>A number: <c>rmse</c>, <c>mae</c>, <c>r2</c>, <c>bias</c>; quality is judged by <c>rmse</c>.</summary>
    Regression,

    /// <summary>The score of a 0/1 class: <c>accuracy</c> at 0.5, <c>auc</c>, <c>brier</c>; quality is judged by <c>brier</c>.</summary>
    Binary,
}
