using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MLOps;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Reads the options of every store from configuration, if the application has one, and checks them.</summary>
internal sealed class MLOpsOptionsSetup(IServiceProvider provider) : IConfigureNamedOptions<MLOpsOptions>, IValidateOptions<MLOpsOptions>
{
    public void Configure(MLOpsOptions options) => Configure(Options.Options.DefaultName, options);

    public void Configure(string? name, MLOpsOptions options)
    {
        if (provider.GetService<IConfiguration>()?[$"{Section(name)}:{nameof(MLOpsOptions.Folder)}"] is { } folder) options.Folder = folder;
    }

    public ValidateOptionsResult Validate(string? name, MLOpsOptions options) =>
        string.IsNullOrWhiteSpace(options.Folder) || options.Folder.AsSpan().ContainsAny(Path.GetInvalidPathChars())
            ? ValidateOptionsResult.Fail($"{Section(name)}:{nameof(MLOpsOptions.Folder)} is '{Name.Shown(options.Folder)}', which is no folder's path. Set it to the folder where the store lives.")
            : ValidateOptionsResult.Success;

    private static string Section(string? name) => string.IsNullOrEmpty(name) ? "MLOps" : $"MLOps:{name}";
}
