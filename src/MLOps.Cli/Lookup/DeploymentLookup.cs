using System.Globalization;
using MLOps.Models;

namespace MLOps.Cli.Lookup;

/// <summary>Finds a deployment, which is one move of an alias: <c>model@alias/2</c>.</summary>
internal static class DeploymentLookup
{
    public static bool Looks(string text) => Parse(text) is not null;

    /// <exception cref="MLOpsNotFoundException">There was no such move; the message says how many there were.</exception>
    public static async Task<ModelAlias> FindAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var (model, alias, revision) = Parse(id) ?? throw new MLOpsInvalidException($"'{Name.Shown(id)}' is not a deployment: 'model@alias/2', the second move of the alias, is expected.");
        long last = 0;
        await foreach (var move in store.Models.AliasHistoryAsync(model, alias, cancellationToken).ConfigureAwait(false))
        {
            if (move.Revision == revision) return move;
            last = Math.Max(last, move.Revision);
        }

        throw new MLOpsNotFoundException(last == 0
            ? $"'{model}' has never had an alias '{alias}'."
            : string.Create(CultureInfo.InvariantCulture, $"The alias '{alias}' of '{model}' was moved {last} times; there is no move {revision}."));
    }

    private static (string Model, string Alias, long Revision)? Parse(string text)
    {
        if (text.IndexOf('@', StringComparison.Ordinal) is not (> 0 and var at) || text.LastIndexOf('/') is var slash && slash < at) return null;
        return long.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? (text[..at], text[(at + 1)..slash], revision) : null;
    }
}
