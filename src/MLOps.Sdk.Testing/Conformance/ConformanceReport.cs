using System.Globalization;
using System.Text;

namespace MLOps.Testing;

/// <summary>The results of a suite: what a backend keeps, breaks and does not claim.</summary>
/// <param name="Results">One result per case, in the order of the suite.</param>
public sealed record ConformanceReport(IReadOnlyList<ConformanceResult> Results)
{
    /// <summary>How many cases ended so.</summary>
    public int Count(ConformanceOutcome outcome) => Results.Count(r => r.Outcome == outcome);

    /// <summary>The laws that were broken.</summary>
    public IEnumerable<ConformanceResult> Failures => Results.Where(r => r.Outcome == ConformanceOutcome.Failed);

    /// <summary>Runs the cases of a suite, one after the other.</summary>
    /// <param name="suite">The suite, bound to a backend.</param>
    /// <param name="only">Chooses cases; null for all.</param>
    /// <param name="cancellationToken">Stops between and within cases.</param>
    public static async Task<ConformanceReport> OfAsync(ConformanceSuite suite, Func<ConformanceCase, bool>? only = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var results = new List<ConformanceResult>();
        foreach (var one in suite.Cases.Where(only ?? (_ => true)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await ResultOfAsync(one, cancellationToken).ConfigureAwait(false));
        }

        return new(results);
    }

    /// <summary>One line per case, then the counts.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var result in Results)
            text.Append(CultureInfo.InvariantCulture, $"{result.Outcome,-8} {result.Name}").Append(result.Message is null ? "" : ": " + result.Message).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"{Count(ConformanceOutcome.Passed)} passed, {Count(ConformanceOutcome.Failed)} failed, {Count(ConformanceOutcome.Skipped)} skipped").ToString();
    }

    private static async Task<ConformanceResult> ResultOfAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        if (one.Skip is { } reason) return new(one.Name, ConformanceOutcome.Skipped, reason);
        try
        {
            await one.Run(cancellationToken).ConfigureAwait(false);
            return new(one.Name, ConformanceOutcome.Passed, null);
        }
#pragma warning disable CA1031 // Whatever a backend throws is a finding, and the other cases still run.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new(one.Name, ConformanceOutcome.Failed, error is ConformanceFailureException ? error.Message : error.ToString());
        }
    }
}
