using BenchmarkDotNet.Running;
using MLOps.Benchmarks.Ratios;
using MLOps.Benchmarks.References;

// ratios [area]   what this library costs beside its references, one line per figure
// micro [args]    BenchmarkDotNet, with its own arguments
switch (args)
{
    case ["ratios"]:
        return await Areas.RunAsync(null);
    case ["ratios", var area]:
        return await Areas.RunAsync(area);
    case ["snapshot", var source, var store]:
        await DataFigures.SnapshotAsync(source, store);
        return 0;
    case ["serve", var kind, var folder]:
        return await BenchServer.RunAsync(kind, folder);
    case ["micro", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Areas).Assembly).Run([.. rest]);
        return 0;
    default:
        Console.Error.WriteLine("Usage: ratios [area] | micro [BenchmarkDotNet arguments]");
        return 64;
}
