using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps;
using MLOps.Records;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Who is told of events.</summary>
public static class EventExtensions
{
    /// <summary>
    /// Sends events to an address: each at least once, each model's in the order of their commits, signed, tried until the receiver takes it. A host does it in the background; a
    /// script calls <see cref="WebhookDispatcher.ProcessAsync"/>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="name">A plain name (see <see cref="Name"/>) that never changes: the store keeps under it what is still to be delivered.</param>
    /// <param name="url">Where to send: https, or http on this machine. Only ever this address: redirects are not followed.</param>
    /// <param name="configure">Secret, selection, patience; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">Name, address or an option is not valid.</exception>
    public static MLOpsBuilder AddWebhook(this MLOpsBuilder builder, string name, Uri url, Action<WebhookOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(url);
        var options = new WebhookOptions();
        configure?.Invoke(options);
        var webhook = new Webhook(name, url, options);
        builder.AddHost<Webhook>(s => new WebhookHost(s.Get<WebhookDispatcher>(), s.Get<RecordWriter>(), Logger(s)));
        return builder.Add(_ => webhook);
    }

    /// <summary>
    /// Tells a function of this process of events, one after the other, whichever process caused them, while a host runs. It is live: what happens while no host runs is not told.
    /// A script enumerates <see cref="Outbox.WatchAsync"/>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="handle">The function. What it throws is logged.</param>
    public static MLOpsBuilder AddEventHandler(this MLOpsBuilder builder, Func<ModelEvent, CancellationToken, ValueTask> handle)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handle);
        builder.AddHost<EventHandlerDeclaration>(s => new EventHost(s.Get<RecordWriter>(), s.All<EventHandlerDeclaration>(), Logger(s)));
        return builder.Add(_ => new EventHandlerDeclaration(handle));
    }

    internal static ILogger Logger(StoreServices services) => services.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Records") ?? NullLogger.Instance;
}
