namespace MLOps.Tests;

/// <summary>Finds the repository that a test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root, given with <c>/</c>.</summary>
    public static string At(string path) => Path.Combine([Root, .. path.Split('/')]);

    /// <summary>"Release" or "Debug": the configuration the running test was built in.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The built assembly of a project, in the configuration of the running test; null when it was not built.</summary>
    public static string? Built(string project, string assembly)
    {
        var path = At($"{project}/bin/{Configuration}/net10.0/{assembly}.dll");
        return File.Exists(path) ? path : null;
    }

    /// <summary>Every source file of the repository: what git would keep, found without git.</summary>
    public static IEnumerable<string> Files()
    {
        var folders = new Stack<string>([Root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder))
                if (Path.GetFileName(file) != ".git") yield return file; // a file of that name stands in a second work tree
            foreach (var inner in Directory.EnumerateDirectories(folder))
                if (!IsGenerated(Path.GetFileName(inner))) folders.Push(inner);
        }
    }

    private static bool IsGenerated(string folder) =>
        folder is "bin" or "obj" or "artifacts" or "TestResults" or "BenchmarkDotNet.Artifacts" or "out" or ".git" or ".mlops" or ".vs" or ".idea" or "node_modules";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MLOps.Sdk.sln"))) return folder.FullName;
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds MLOps.Sdk.sln; tests run from their place in the repository.");
    }
}
