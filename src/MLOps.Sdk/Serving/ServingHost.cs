using Microsoft.Extensions.Hosting;

namespace MLOps.Serving;

/// <summary>Loads a store's declared models before the application takes requests. Without declared models it touches nothing.</summary>
internal sealed class ServingHost(StoreServices services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        services.All<ServedModelDeclaration>().Any() ? services.Get<ModelServer>().StartAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // The provider closes the server, after the last request.
}
