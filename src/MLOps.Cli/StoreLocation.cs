using System.Text.Json;

namespace MLOps.Cli;

/// <summary>Finds the store a command is about. None is made unless a command says so: a mistyped folder is an error, not an empty store.</summary>
/// <param name="Folder">The full path, or the address of a store that is no folder.</param>
/// <param name="ChosenBy">What named it, for messages.</param>
internal sealed record StoreLocation(string Folder, string ChosenBy)
{
    private const string Database = "mlops.db";

    /// <summary>How to open it.</summary>
    public required StoreAddress Address { get; init; }

    public static StoreLocation Find(string? option, Surroundings surroundings, bool mustExist = true) =>
        Choose(option, surroundings) is var location && mustExist ? Required(location) : location;

    private static StoreLocation Required(StoreLocation location)
    {
        if (location.Address.Folder is null || File.Exists(Path.Combine(location.Folder, Database))) return location;
        var what = Directory.Exists(location.Folder) ? $"The folder '{location.Folder}' holds no store" : $"There is no store at '{location.Folder}'";
        throw new MLOpsNotFoundException($"{what} (named by {location.ChosenBy}). Name the store's folder with --store, or go to the folder that holds .mlops.");
    }

    /// <summary>A store that a command's own option names.</summary>
    /// <param name="text">Its address.</param>
    /// <param name="option">The option.</param>
    /// <param name="surroundings">Where relative paths begin.</param>
    /// <param name="mustExist">False for one that may be made.</param>
    public static StoreLocation Named(string text, string option, Surroundings surroundings, bool mustExist) =>
        text.Trim().Length == 0 ? throw new MLOpsInvalidException($"{option} is empty: give a store's folder or address.")
        : Of(StoreAddress.Parse(text, surroundings.Directory, surroundings.Environment), option) is var location && mustExist ? Required(location) : location;

    private static StoreLocation Of(StoreAddress address, string chosenBy) => new(address.Text, chosenBy) { Address = address };

    private static StoreLocation Choose(string? option, Surroundings surroundings)
    {
        StoreLocation At(string address, string relativeTo, string chosenBy) => Of(StoreAddress.Parse(address, relativeTo, surroundings.Environment), chosenBy);
        if (option is not null)
            return option.Trim().Length > 0 ? At(option, surroundings.Directory, "--store") : throw new MLOpsInvalidException("--store is empty: give the store's folder.");
        if (surroundings.Environment("MLOPS_STORE") is { Length: > 0 } variable) return At(variable, surroundings.Directory, "the environment variable MLOPS_STORE");
        for (var folder = surroundings.Directory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var file = Path.Combine(folder, "mlops.json");
            if (File.Exists(file)) return At(Configured(file), folder, file);
        }

        return At(".mlops", surroundings.Directory, "nothing, so it is the default");
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
