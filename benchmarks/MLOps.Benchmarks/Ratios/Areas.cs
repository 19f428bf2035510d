using System.Runtime.InteropServices;

namespace MLOps.Benchmarks.Ratios;

/// <summary>The areas that have figures.</summary>
internal static class Areas
{
    private static readonly (string Name, Func<Scoreboard, Task> Run)[] s_areas =
    [
        ("storage", StorageFigures.RunAsync),
        ("storage", PostgreSqlFigures.RunAsync),
        ("storage", ObjectFigures.RunAsync),
        ("data", DataFigures.RunAsync),
        ("tracking", TrackingFigures.RunAsync),
        ("tracking", RunFigures.RunAsync),
        ("registry", RegistryFigures.RunAsync),
        ("lineage", LineageFigures.RunAsync),
        ("registry", AuditFigures.RunAsync),
        ("statistics", StatisticsFigures.RunAsync),
        ("statistics", DetectorFigures.RunAsync),
        ("serving", ServingFigures.RunAsync),
        ("serving", SwapFigures.RunAsync),
        ("serving", ServingHttpFigures.RunAsync),
        ("monitoring", MonitoringFigures.RunAsync),
        ("monitoring", DriftFigures.RunAsync),
    ];

    public static async Task<int> RunAsync(string? area)
    {
        var chosen = s_areas.Where(a => area is null || a.Name == area).ToList();
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine($"There is no area '{area}'; there are {string.Join(", ", s_areas.Select(a => a.Name))}.");
            return 64;
        }

        Console.WriteLine($"# {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores");
        foreach (var (name, run) in chosen) await run(new Scoreboard(name));
        return 0;
    }
}
