using MLOps;
using MLOps.Pipelines;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Continuous training.</summary>
public static class RetrainingExtensions
{
    /// <summary>Retrains a model when its monitor finds drift. A host does it in the background; a script calls <see cref="RetrainingLoop.ProcessAsync"/>.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="model">The model's name; each model may be declared once.</param>
    /// <param name="configure">Sets at least <see cref="RetrainingOptions.Train"/>.</param>
    public static MLOpsBuilder AddRetraining(this MLOpsBuilder builder, string model, Action<RetrainingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.AddHost<RetrainingDeclaration>(s => new RetrainingHost(s.Get<RetrainingLoop>(), s.Time, PipelinesRoom.Logger(s)));
        return builder.Add(_ =>
        {
            var options = new RetrainingOptions();
            configure(options);
            return new RetrainingDeclaration(model, options);
        });
    }
}
