namespace MLOps.Monitoring;

/// <summary>The states of an alert: pure, so that every way through them can be told in a test.</summary>
internal static class AlertRules
{
    /// <summary>What becomes of an alert with one more judged window; null when there is nothing to keep.</summary>
    /// <param name="before">The alert of this kind that is pending or open, or was resolved within the cooldown; null for none.</param>
    /// <param name="finding">What the window says.</param>
    /// <param name="report">The window's report.</param>
    /// <param name="options">The rules.</param>
    /// <param name="now">When the report was made.</param>
    /// <param name="id">The id of a new incident.</param>
    public static MonitorAlert? Next(MonitorAlert? before, AlertFinding finding, MonitorReport report, AlertOptions options, DateTimeOffset now, Func<string> id)
    {
        // A window that was judged already tells nothing new: labels that came meanwhile must not count a window twice.
        if (before is not null && report.To <= before.JudgedTo) return finding.IsFound && before.State is not AlertState.Resolved ? Told(before, finding, report) : null;
        if (before is null && !finding.IsFound) return null;
        var alert = before ?? new MonitorAlert
        {
            Id = id(), Model = report.Model, Number = report.Number, Kind = finding.Kind, State = AlertState.Pending, Since = report.From, JudgedTo = report.From, Title = finding.Title, Text = finding.Text,
        };
        // Between the two thresholds an open alert neither goes on nor ends: it would flicker.
        var isQuiet = finding.Strength < (alert.State is AlertState.Open ? options.Hysteresis : 1);
        alert = alert with { Seen = [!isQuiet, .. alert.Seen.Take(Math.Max(options.Of, options.Exit) - 1)], JudgedTo = report.To };
        if (finding.IsFound) alert = Told(alert, finding, report);
        var quiet = alert.Seen.TakeWhile(seen => !seen).Count();
        switch (alert.State)
        {
            case AlertState.Open:
                // Another version serves, and does not show it: that is the end of the incident.
                return quiet >= options.Exit || (isQuiet && report.Number != alert.Number) ? alert with { State = AlertState.Resolved, ResolvedAt = now, Number = report.Number } : alert;
            case AlertState.Resolved when !finding.IsFound:
                return null;
            case AlertState.Resolved:
                return alert with { State = AlertState.Open, ResolvedAt = null };
            default:
                if (alert.Kind is AlertKind.DataFault || alert.Seen.Take(options.Of).Count(seen => seen) >= options.Persist) return alert with { State = AlertState.Open, OpenedAt = now };
                return alert.Seen.Take(options.Of).Any(seen => seen) ? alert : alert with { State = AlertState.Resolved, ResolvedAt = now };
        }
    }

    public static AlertOptions Require(AlertOptions options)
    {
        if (options.Of is < 1 or > 20) throw Broken(nameof(options.Of), options.Of, "must lie between 1 and 20");
        if (options.Persist < 1 || options.Persist > options.Of) throw Broken(nameof(options.Persist), options.Persist, $"must lie between 1 and {nameof(options.Of)}");
        if (options.Exit is < 1 or > 20) throw Broken(nameof(options.Exit), options.Exit, "must lie between 1 and 20");
        if (!(options.Hysteresis is > 0 and <= 1)) throw Broken(nameof(options.Hysteresis), options.Hysteresis, "must be above 0 and at most 1");
        if (options.Cooldown < TimeSpan.Zero) throw Broken(nameof(options.Cooldown), options.Cooldown.TotalHours, "must be at least 0");
        if (options.MaximumPerWeek < 1) throw Broken(nameof(options.MaximumPerWeek), options.MaximumPerWeek, "must be at least 1");
        return options;
    }

    private static MonitorAlert Told(MonitorAlert alert, AlertFinding finding, MonitorReport report) => alert with
    {
        Number = report.Number,
        Title = finding.Title,
        Text = finding.Text,
        Features = finding.Features,
        Strength = Math.Max(alert.Strength, finding.Strength),
    };

    private static MLOpsInvalidException Broken(string option, double value, string rule) => new(FormattableString.Invariant($"AlertOptions.{option} is {value}: it {rule}."));
}
