namespace MLOps.Cli.Tests;

/// <summary>A store for a test that changes things: one model, <c>demand</c>, with two versions.</summary>
internal sealed class OwnStore : IAsyncDisposable
{
    private OwnStore(string folder) => (Folder, Client) = (folder, MLOpsClient.Create(folder, StoreFixture.Declare));

    public string Folder { get; }

    public MLOpsClient Client { get; }

    public static async Task<OwnStore> CreateAsync()
    {
        var own = new OwnStore(Directory.CreateTempSubdirectory("mlops-own-").FullName);
        for (var factor = 1; factor <= 2; factor++) await own.Client.Models.RegisterAsync("demand", new Times(factor));
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
