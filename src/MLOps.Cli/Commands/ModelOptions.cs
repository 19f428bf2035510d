using System.CommandLine;
using System.Globalization;

namespace MLOps.Cli.Commands;

/// <summary>Arguments and options that several commands on models share.</summary>
internal static class ModelOptions
{
    public static Argument<string> Version() => new("model") { Description = "A version: name/3, name@alias, or a name for its latest." };

    public static Option<string> Alias() => new("--alias", "-a") { Description = "The alias; champion when left out.", HelpName = "alias", DefaultValueFactory = _ => "champion" };

    public static Option<string?> Reason() => new("--reason", "-m") { Description = "Why; kept in the history.", HelpName = "text" };

    public static Option<bool> Override() => new("--override") { Description = "Moves the alias against its policy, for those whom the policy names; needs --reason." };

    /// <summary>Texts of the form <c>name=value</c>.</summary>
    public static Dictionary<string, string> Pairs(IReadOnlyList<string>? texts, string option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || !pairs.TryAdd(text[..at], text[(at + 1)..])) throw new MLOpsInvalidException($"{option} '{Name.Shown(text)}' is not of the form name=value, or its name was given before.");
        }

        return pairs;
    }

    public static double Number(string text, string option) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new MLOpsInvalidException($"{option}: '{Name.Shown(text)}' is no number.");
}
