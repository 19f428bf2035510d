using MLOps;
using MLOps.Data;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tunes data versioning.</summary>
public static class DataExtensions
{
    /// <summary>Sets how datasets are stored.</summary>
    /// <param name="builder">The store's services.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option is out of range.</exception>
    public static MLOpsBuilder UseData(this MLOpsBuilder builder, Action<DataOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new DataOptions();
        configure(options);
        options.Checked();
        return builder.Use(_ => options);
    }
}
