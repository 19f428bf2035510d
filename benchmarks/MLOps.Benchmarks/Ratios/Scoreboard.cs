using System.Globalization;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Measures figures and prints one line for each: <c>area/name  ours  reference  ratio  goal  met|short</c>.</summary>
/// <param name="area">The area.</param>
internal sealed class Scoreboard(string area)
{
    /// <summary>
    /// Measures ours and its reference in alternating rounds, in both orders, after one round that does not count; the ratio is the
    /// median of the rounds' ratios, so that whatever else the machine does meets both sides alike.
    /// </summary>
    /// <param name="name">The figure.</param>
    /// <param name="unit">Of both values: <c>/s</c>, <c> ms</c>.</param>
    /// <param name="goal">For ours divided by the reference.</param>
    /// <param name="ours">Gives one value.</param>
    /// <param name="reference">Gives one value in the same unit.</param>
    /// <param name="rounds">An odd number.</param>
    public async Task RatioAsync(string name, string unit, Goal goal, Func<Task<double>> ours, Func<Task<double>> reference, int rounds = 7)
    {
        var (mine, theirs, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            double a, b;
            if (round % 2 == 0) (a, b) = (await ours(), await reference());
            else (b, a) = (await reference(), await ours());
            if (round < 0) continue;
            mine.Add(a);
            theirs.Add(b);
            ratios.Add(a / b);
        }

        var ratio = Median(ratios);
        Print(name, Text(Median(mine), unit), Text(Median(theirs), unit), Text(ratio, "x"), goal, goal.IsMet(ratio));
    }

    /// <summary>Measures ours alone: the best of at least five rounds after one that does not count.</summary>
    public async Task BestAsync(string name, string unit, Goal goal, Func<Task<double>> ours, int rounds = 7)
    {
        var values = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            var value = await ours();
            if (round >= 0) values.Add(value);
        }

        var best = goal.IsFloor ? values.Max() : values.Min();
        Print(name, Text(best, unit), "-", "-", goal, goal.IsMet(best));
    }

    /// <summary>
    /// What ours costs more than the reference: the best of its rounds less the best of the reference's, measured alternately.
    /// Not the best difference, which would only find the round in which the reference was disturbed most.
    /// </summary>
    public async Task OverAsync(string name, string unit, Goal goal, Func<Task<double>> ours, Func<Task<double>> reference, int rounds = 9)
    {
        var (mine, theirs) = (double.MaxValue, double.MaxValue);
        for (var round = -1; round < rounds; round++)
        {
            var (a, b) = (await ours(), await reference());
            if (round >= 0) (mine, theirs) = (Math.Min(mine, a), Math.Min(theirs, b));
        }

        Print(name, Text(mine - theirs, unit), "-", "-", goal, goal.IsMet(mine - theirs));
    }

    /// <summary>A figure that is no measurement of time and so has no rounds: bytes allocated.</summary>
    public void Exact(string name, string unit, Goal goal, double value) => Print(name, Text(value, unit), "-", "-", goal, goal.IsMet(value));

    private void Print(string name, string ours, string reference, string ratio, Goal goal, bool met) =>
        Console.WriteLine($"{area + "/" + name,-44}  {ours,14}  {reference,14}  {ratio,8}  {goal,-10}  {(met ? "met" : "short")}");

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Text(double value, string unit)
    {
        var format = Math.Abs(value) switch { >= 1000 => "#,0", >= 100 => "0", >= 10 => "0.0", _ => "0.00" };
        return value.ToString(format, CultureInfo.InvariantCulture) + unit;
    }
}
