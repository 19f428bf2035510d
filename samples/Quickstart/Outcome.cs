using BikeDemand;
using MLOps.Models;
using MLOps.Monitoring;

namespace Quickstart;

/// <summary>What happened, for the last line and the report.</summary>
internal sealed class Outcome
{
    /// <summary>The version trained on 2011.</summary>
    public required ModelVersion First { get; init; }

    public IModel<Ride, double> FirstModel { get; set; } = null!;

    public IReadOnlyList<Served> Hours { get; set; } = [];

    public int Failed { get; set; }

    public List<MonitorReport> Reports { get; } = [];

    public List<MonitorAlert> Alerts { get; } = [];

    public List<ModelAlias> Moves { get; } = [];

    /// <summary>The first hour that a retrained version answered.</summary>
    public DateTimeOffset Swapped { get; set; }

    /// <summary>RMSE of the first version on the months after the swap.</summary>
    public double Before { get; set; }

    /// <summary>RMSE of what was served in those months.</summary>
    public double After { get; set; }
}
