using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops outbox</c>: what webhooks are still to be told, and a parked delivery to be tried again.</summary>
internal static class OutboxCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("id") { Description = "The delivery's id, as the list shows it." };
        return new Command("outbox", "Events that webhooks are still to be told of.")
        {
            new Command("list", "Deliveries that wait, and those that were parked because the receiver refused them.").OnStore(surroundings, ListAsync),
            new Command("redeliver", "Lets a parked delivery be tried again.") { id }.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                await store.Outbox.RedeliverAsync(arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                if (!screen.Json) screen.Line("It is tried again as soon as a host that has the webhook runs.");
                return screen.Json ? await ListAsync(store, screen, arguments, cancellationToken).ConfigureAwait(false) : ExitCode.Ok;
            }),
        };
    }

    private static async Task<int> ListAsync(MLOpsClient store, Screen screen, ParseResult arguments, CancellationToken cancellationToken)
    {
        var items = new List<DeliveryItem>();
        await foreach (var delivery in store.Outbox.DeliveriesAsync(cancellationToken).ConfigureAwait(false)) items.Add(DeliveryItem.Of(delivery));
        if (screen.Json) screen.Write(new OutboxDocument(items), CliJson.Default.OutboxDocument);
        else if (items.Count == 0) screen.Line("Nothing waits.");
        else
            screen.Table(["delivery", "event", "model", "tries", "state", "last error"], [.. items.Select(i => (IReadOnlyList<Cell>)
                [i.Id, i.Type, i.Model, i.Tries.ToString(CultureInfo.InvariantCulture), i.IsParked ? new Cell("parked", "red") : Cell.Faint("waits"), i.LastError])]);
        return ExitCode.Ok;
    }
}
