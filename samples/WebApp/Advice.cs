using MLOps.Serving;

namespace WebApp;

/// <summary>Says at the start what serves, or what to do when nothing does yet.</summary>
internal static partial class Advice
{
    public static void Give(IModelServer server, IConfiguration configuration, ILogger logger)
    {
        var folder = Path.GetFullPath(configuration["MLOps:Folder"] ?? ".mlops");
        foreach (var model in server.Served)
        {
            if (model.Number is { } number) Serves(logger, model.Model, number, model.Alias, folder);
            else Empty(logger, folder, model.Model, model.Alias);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Model}/{Number} answers at POST /predict. It is '{Alias}' in the store {Folder}; move the alias, in any process, and the version changes here.")]
    private static partial void Serves(ILogger logger, string model, int number, string alias, string folder);

    [LoggerMessage(2, LogLevel.Warning, "Not ready: the store {Folder} has no '{Model}@{Alias}' yet. Run the Quickstart in this folder (dotnet run -c Release --project samples/Quickstart), or name its store with --MLOps:Folder=path. This process serves the model as soon as it is there.")]
    private static partial void Empty(ILogger logger, string folder, string model, string alias);
}
