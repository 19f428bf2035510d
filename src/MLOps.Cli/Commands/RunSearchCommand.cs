using System.CommandLine;
using MLOps.Experiments;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run search</c>.</summary>
internal static class RunSearchCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var filter = new Argument<string>("filter") { Description = "A condition: \"metrics.rmse < 0.5 and (params.lr in (0.1, 0.2) or tags.team = 'a')\". Quote it for the shell." };
        var experiment = new Option<string?>("--experiment", "-e") { Description = "Only runs of this experiment.", HelpName = "name" };
        var order = new Option<string?>("--order") { Description = "A field to order by, such as metrics.rmse; the start time without it.", HelpName = "field" };
        var ascending = new Option<bool>("--ascending") { Description = "Smallest or oldest first." };
        var deleted = new Option<bool>("--deleted") { Description = "Searches deleted runs instead of living ones." };
        var limit = RunListCommand.Limit();
        return new Command("search", "Finds runs by what they hold.") { filter, experiment, order, ascending, deleted, limit }
            .OnStore(surroundings, (store, screen, arguments, cancellationToken) => RunListCommand.ListAsync(store, screen, new RunQuery
            {
                Filter = RunFilter.Parse(arguments.GetRequiredValue(filter)),
                Experiment = arguments.GetValue(experiment),
                OrderBy = arguments.GetValue(order),
                Descending = !arguments.GetValue(ascending),
                Deleted = arguments.GetValue(deleted),
            }, arguments.GetValue(limit), cancellationToken));
    }
}
