using System.Reflection;

namespace MLOps.Testing;

/// <summary>
/// The laws of one storage seam as cases to run against a backend. It needs no test framework: run
/// <see cref="ConformanceReport.OfAsync"/>, or derive from the NUnit fixtures beside it.
/// </summary>
public abstract class ConformanceSuite
{
    private protected ConformanceSuite()
    {
    }

    /// <summary>
    /// Whether opening one isolation key twice gives two instances on one store, as two processes would have. When false,
    /// the cases that need it are reported as skipped.
    /// </summary>
    public bool SharesBetweenInstances { get; init; } = true;

    /// <summary>Whether a store that was disposed and opened again holds what it held. When false, the cases that need it are reported as skipped.</summary>
    public bool SurvivesReopening { get; init; } = true;

    /// <summary>The longest a case may take before it counts as hanging. A guard, not a measurement: 2 minutes by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The cases, in the order they stand in the suite. Each runs on a store of its own.</summary>
    public IReadOnlyList<ConformanceCase> Cases => [.. Laws(GetType()).Select(CaseOf)];

    /// <summary>The names of a suite's cases.</summary>
    /// <typeparam name="TSuite">The suite.</typeparam>
    public static IReadOnlyList<string> NamesOf<TSuite>() where TSuite : ConformanceSuite => [.. Laws(typeof(TSuite)).Select(Prose)];

    private protected abstract Task RunAsync(MethodInfo law, CancellationToken cancellationToken);

    private ConformanceCase CaseOf(MethodInfo law)
    {
        var needs = law.GetCustomAttribute<LawAttribute>()!.Needs?.Split(',') ?? [];
        var lacks = needs.FirstOrDefault(n => !(bool)GetType().GetProperty(n)!.GetValue(this)!);
        return new(Prose(law), lacks is null ? null : $"this backend declares {lacks} = false", ct => GuardedAsync(law, ct));
    }

    private async Task GuardedAsync(MethodInfo law, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        var run = Task.Run(() => RunAsync(law, deadline.Token), CancellationToken.None);
        try
        {
            // The store may ignore its token: then the case is left behind, and the suite goes on.
            await run.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ConformanceFailureException($"The case did not end within {Patience}: the store hangs, or never does what was waited for.", error);
        }
    }

    private static IEnumerable<MethodInfo> Laws(Type suite) => suite
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(m => m.IsDefined(typeof(LawAttribute)))
        .OrderBy(m => m.MetadataToken);

    private static string Prose(MethodInfo law) => law.Name.Replace('_', ' ');
}
