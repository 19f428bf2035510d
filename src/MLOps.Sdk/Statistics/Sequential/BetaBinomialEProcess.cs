using MathNet.Numerics;

namespace MLOps.Statistics;

/// <summary>
/// Watches two arms of an experiment and says, at any moment and as often as one looks, how strong the evidence is that the candidate fails more often than the champion. Looking all the time costs
/// nothing: the chance that the e-value <em>ever</em> reaches 1 / alpha, if the candidate is no worse, is at most alpha (Ville 1939).
/// </summary>
/// <remarks>
/// Conditional on a failure, it is the candidate's with probability s p1 / (s p1 + (1-s) p0), s being the candidate's share of the traffic: at most s exactly when p1 &lt;= p0, whatever the
/// error rates are and however they move together over time. With x of n failures in the candidate the e-value is the likelihood ratio mixed over the alternatives,
/// E = integral over theta in (s, 1) of (theta/s)^x ((1-theta)/(1-s))^(n-x), weighted by Beta(a, b) cut to (s, 1)  (Robbins 1970; mixture martingales: Ramdas and others 2023, "Game-theoretic
/// statistics and safe anytime-valid inference"). The prior's mean is the share of a candidate that fails twice as often, its weight two failures. When the share of traffic changes, the evidence so far
/// is multiplied by that of a new mixture, which is sound because the share is fixed before the requests come. The two arms must run at the same time, and a row must be a unit that was assigned
/// independently (a user, when routing sticks to users). O(1) per failure and O(1) per success, which carries no information here. Not safe for concurrent use.
/// </remarks>
/// <example><code>
/// var evidence = new BetaBinomialEProcess(share: 0.5, alpha: 0.05);
/// for (var i = 0; i &lt; 20; i++) evidence.Update(candidate: true, failed: true);
/// bool worse = evidence.IsRejected;     // true: twenty failures, all in one half of the traffic
/// </code></example>
public sealed class BetaBinomialEProcess
{
    private const double PriorWeight = 2;
    private double _a, _b, _logPriorTail, _share, _before, _largest;
    private long _x, _n;

    /// <summary>No evidence yet.</summary>
    /// <param name="share">The candidate's share of the traffic, between 0 and 1.</param>
    /// <param name="alpha">The chance of a false alarm over the whole run, between 0 and 1; 0.05 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public BetaBinomialEProcess(double share, double alpha = 0.05)
    {
        Alpha = Rows.Open(alpha, nameof(alpha));
        Begin(Rows.Open(share, nameof(share)));
    }

    /// <summary>The chance of a false alarm over the whole run.</summary>
    public double Alpha { get; }

    /// <summary>The candidate's share of the traffic now.</summary>
    public double Share => _share;

    /// <summary>Failures of the candidate so far.</summary>
    public long CandidateFailures { get; private set; }

    /// <summary>Failures of the champion so far.</summary>
    public long ChampionFailures { get; private set; }

    /// <summary>The natural logarithm of the e-value now; 0 is no evidence.</summary>
    public double LogEValue => _before + LogMixture();

    /// <summary>The e-value now: above 1 speaks against the candidate, below 1 for it. May overflow to infinity.</summary>
    public double EValue => Math.Exp(LogEValue);

    /// <summary>The anytime-valid p-value: 1 / the largest e-value so far, at most 1.</summary>
    public double PValue => Math.Exp(-_largest);

    /// <summary>Whether the e-value has ever reached 1 / <see cref="Alpha"/>: it stays so.</summary>
    public bool IsRejected => PValue <= Alpha;

    /// <summary>One finished request.</summary>
    /// <param name="candidate">Whether the candidate answered it.</param>
    /// <param name="failed">Whether it failed.</param>
    public void Update(bool candidate, bool failed)
    {
        if (failed) Update(candidate ? 1 : 0, candidate ? 0 : 1);
    }

    /// <summary>Failures of both arms since the last call; the evidence is looked at once, after all of them.</summary>
    /// <param name="candidateFailures">At least 0.</param>
    /// <param name="championFailures">At least 0.</param>
    /// <exception cref="MLOpsInvalidException">A number is below 0.</exception>
    public void Update(long candidateFailures, long championFailures)
    {
        if (candidateFailures < 0 || championFailures < 0) throw new MLOpsInvalidException($"There are {candidateFailures} and {championFailures} failures: both must be at least 0.");
        CandidateFailures += candidateFailures;
        ChampionFailures += championFailures;
        _x += candidateFailures;
        _n += candidateFailures + championFailures;
        _largest = Math.Max(_largest, LogEValue);
    }

    /// <summary>The candidate gets another share of the traffic from the next request on. The evidence so far stays.</summary>
    /// <param name="share">Between 0 and 1.</param>
    /// <exception cref="MLOpsInvalidException">It is not.</exception>
    public void ChangeShare(double share)
    {
        Rows.Open(share, nameof(share));
        if (share == _share) return;
        _before = LogEValue;
        Begin(share);
    }

    private void Begin(double share)
    {
        var doubled = 2 * share / (1 + share);
        (_share, _x, _n, _a, _b) = (share, 0, 0, PriorWeight * doubled, PriorWeight * (1 - doubled));
        _logPriorTail = Math.Log(SpecialFunctions.BetaRegularized(_b, _a, 1 - share));
    }

    // ln of B(x+a, n-x+b) P(theta > s | x, n) / (B(a, b) P(theta > s) s^x (1-s)^(n-x)).
    private double LogMixture()
    {
        if (_n == 0) return 0;
        double a = _x + _a, b = _n - _x + _b, tail = SpecialFunctions.BetaRegularized(b, a, 1 - _share);
        return SpecialFunctions.BetaLn(a, b) + Math.Log(tail) - SpecialFunctions.BetaLn(_a, _b) - _logPriorTail - _x * Math.Log(_share) - (_n - _x) * Math.Log(1 - _share);
    }
}
