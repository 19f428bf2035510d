using System.CommandLine;

namespace MLOps.Cli;

/// <summary>The options that every command takes.</summary>
internal static class CommonOptions
{
    public static Option<string?> Store { get; } = new("--store", "-s")
    {
        Description = "The store's folder, or an address such as postgresql:VARIABLE+s3:bucket. Without it: $MLOPS_STORE, then mlops.json in this folder or one above, then ./.mlops.",
        HelpName = "store",
        Recursive = true,
    };

    public static Option<string?> As { get; } = new("--as")
    {
        Description = "Who acts, for the history and the policies: a claim, not an authentication. Without it: $MLOPS_ACTOR, then the user of this machine.",
        HelpName = "name",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Write JSON, for programs.", Recursive = true };
}
