namespace MLOps.Architecture;

/// <summary>Libraries take the time from an injected <see cref="TimeProvider"/> and never block a thread to wait: read from compiled code.</summary>
public sealed class BannedCallTests
{
    private static readonly string[] s_clocks =
    [
        "System.DateTime.get_UtcNow", "System.DateTime.get_Now", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_UtcNow", "System.DateTimeOffset.get_Now",
        "System.Diagnostics.Stopwatch.StartNew", "System.Diagnostics.Stopwatch.Start", "System.Diagnostics.Stopwatch.GetTimestamp",
        "System.Threading.Thread.Sleep",
    ];

    private static IEnumerable<TestCaseData> Libraries() =>
        from folder in Directory.GetDirectories(Repository.At("src")).Order(StringComparer.Ordinal)
        let project = Path.GetFileName(folder)
        where File.Exists(Path.Combine(folder, project + ".csproj"))
        select new TestCaseData($"src/{project}", project == "MLOps.Cli" ? "mlops" : project).SetArgDisplayNames(project);

    [TestCaseSource(nameof(Libraries))]
    public void A_library_never_reads_a_clock_that_it_was_not_given(string project, string assembly) =>
        Assert.That(Banned(Requirement.Built(project, assembly)), Is.Empty);

    [Test]
    public void Banned_calls_that_were_planted_are_found()
    {
        var found = Banned(typeof(BannedCallTests).Assembly.Location).Where(f => f.Contains(nameof(Planted.ClockReader), StringComparison.Ordinal)).ToList();
        Assert.That(found, Has.Count.EqualTo(6));
    }

    private static List<string> Banned(string path)
    {
        using var assembly = new CompiledAssembly(path);
        return [.. assembly.Calls().Where(IsBanned).Select(c => $"{c.From} calls {c.Target}.{c.Method} in {c.Member}").Distinct()];
    }

    private static bool IsBanned(CompiledCall call)
    {
        var target = call.Target.ToString();
        if (s_clocks.Contains($"{target}.{call.Method}")) return true;
        var waits = (target == "System.Threading.Tasks.Task" && call.Method == "Delay")
            || (target == "System.Threading.PeriodicTimer" && call.Method == ".ctor")
            || (target == "System.Threading.Timer" && call.Method == ".ctor");
        return waits && !call.Parameters.Any(p => p.ToString() == "System.TimeProvider");
    }
}
