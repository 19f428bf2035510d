using System.Text.Json;

namespace MLOps.Cli;

/// <summary>Finds the store a command is about. Never makes one: a mistyped folder is an error, not an empty store.</summary>
/// <param name="Folder">The full path.</param>
/// <param name="ChosenBy">What named it, for messages.</param>
internal sealed record StoreLocation(string Folder, string ChosenBy)
{
    private const string Database = "mlops.db";

    public static StoreLocation Find(string? option, Surroundings surroundings)
    {
        var location = Choose(option, surroundings);
        if (File.Exists(Path.Combine(location.Folder, Database))) return location;
        var what = Directory.Exists(location.Folder) ? $"The folder '{location.Folder}' holds no store" : $"There is no store at '{location.Folder}'";
        throw new MLOpsNotFoundException($"{what} (named by {location.ChosenBy}). Name the store's folder with --store, or go to the folder that holds .mlops.");
    }

    private static StoreLocation Choose(string? option, Surroundings surroundings)
    {
        string Full(string folder, string relativeTo) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, relativeTo));
        if (option is not null)
            return option.Trim().Length > 0 ? new(Full(option, surroundings.Directory), "--store") : throw new MLOpsInvalidException("--store is empty: give the store's folder.");
        if (surroundings.Environment("MLOPS_STORE") is { Length: > 0 } variable) return new(Full(variable, surroundings.Directory), "the environment variable MLOPS_STORE");
        for (var folder = surroundings.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var file = Path.Combine(folder, "mlops.json");
            if (File.Exists(file)) return new(Full(Configured(file), folder), file);
        }

        return new(Full(".mlops", surroundings.Directory), "nothing, so it is the default");
    }

    private static string Configured(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("store", out var store)
                && store.ValueKind == JsonValueKind.String && store.GetString() is { Length: > 0 } folder)
                return folder;
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"'{file}' is not valid JSON: {e.Message}", e);
        }

        throw new MLOpsInvalidException($"'{file}' names no store: it must hold {{\"store\": \"folder\"}}, the folder relative to the file.");
    }
}
