using System.Text.Json.Serialization;

namespace MLOps.Cli.Documents;

/// <summary>What <c>--json</c> writes. The schema's number grows only when a member changes its meaning or goes; new members may come at any time.</summary>
internal abstract record Document
{
    [JsonPropertyOrder(-1)]
    public int Schema { get; } = 1;
}
