using MLOps;
using MLOps.Delivery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Deployments that bring themselves about.</summary>
public static class DeploymentExtensions
{
    /// <summary>Lets the host look after deployments. Several hosts on a store may be told: one of them leads, and another takes over when it is gone.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option is out of range.</exception>
    public static MLOpsBuilder AddDeploymentController(this MLOpsBuilder builder, DeploymentControllerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var declaration = new DeploymentControllerDeclaration((options ?? new()).Checked());
        builder.AddHost<DeploymentControllerDeclaration>(s => new DeploymentHost(s.Get<DeploymentController>(), s.Get<DeploymentControllerDeclaration>().Options, s.Time, DeliveryRoom.Logger(s)));
        return builder.Use(_ => declaration);
    }

    /// <summary>Adds a gate that every deployment of a model must pass unless its spec names others. The controller asks it.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="gate">Makes the gate on first use; its name must be unique among the model's.</param>
    public static MLOpsBuilder AddGate(this MLOpsBuilder builder, string model, Func<StoreServices, IGate> gate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(gate);
        Name.Require(model, "model name");
        return builder.Add(s => new GateDeclaration(model, gate(s)));
    }
}
