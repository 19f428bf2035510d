using MLOps.Cli;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Opens the store that an argument names: a folder, or an address whose secrets stand in environment variables.</summary>
static class Store
{
    public static MLOpsClient Open(string address, Action<MLOpsBuilder> configure) =>
        StoreAddress.Parse(address, Environment.CurrentDirectory, Environment.GetEnvironmentVariable).Open(configure, null);
}
