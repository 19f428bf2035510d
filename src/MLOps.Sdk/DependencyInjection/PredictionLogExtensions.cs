using MLOps;
using MLOps.Predictions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tunes the prediction log.</summary>
public static class PredictionLogExtensions
{
    /// <summary>Sets how predictions are kept.</summary>
    /// <param name="builder">The store's services.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option is out of range.</exception>
    public static MLOpsBuilder UsePredictionLog(this MLOpsBuilder builder, Action<PredictionLogOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new PredictionLogOptions();
        configure(options);
        options.Require();
        return builder.Use(_ => options);
    }
}
