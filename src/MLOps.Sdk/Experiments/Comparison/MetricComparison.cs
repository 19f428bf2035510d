namespace MLOps.Experiments;

/// <summary>A metric of compared runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Goal">The goal on it; null when it is no goal.</param>
/// <param name="Values">Its value in each run, in the comparison's order: the last one, or the goal's. NaN in a run that lacks it or whose value it is.</param>
/// <param name="Deltas">Each value less the baseline's; NaN where one of them is.</param>
/// <param name="Present">In how many runs it was logged at all.</param>
/// <param name="Best">The place of the best run by the goal; null without a goal, or when no run has a number.</param>
public sealed record MetricComparison(string Name, MetricGoal? Goal, IReadOnlyList<double> Values, IReadOnlyList<double> Deltas, int Present, int? Best)
{
    /// <summary>Whether a run is better than the baseline by the goal, true or false; null without a goal, or when they are equal or one has no number.</summary>
    /// <param name="run">The run's place.</param>
    public bool? IsBetter(int run) => Goal is null || double.IsNaN(Deltas[run]) || Deltas[run] == 0 ? null : Deltas[run] > 0 == Goal.IsMaximized;
}
