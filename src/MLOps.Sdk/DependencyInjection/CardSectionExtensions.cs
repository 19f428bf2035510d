using MLOps;
using MLOps.Delivery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Card sections of your own.</summary>
public static class CardSectionExtensions
{
    /// <summary>Adds a section to model cards. Its title must be new among them.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="factory">Makes the section, once.</param>
    public static MLOpsBuilder AddCardSection(this MLOpsBuilder builder, Func<StoreServices, ICardSection> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(factory);
    }
}
