namespace MLOps;

/// <summary>Something that stands around a storage seam and passes calls on: retry, a cache, encryption. Register it with <see cref="MLOpsBuilder.Decorate"/>.</summary>
/// <typeparam name="TSeam">The seam.</typeparam>
/// <param name="kind">What it does: <c>retry</c>. A store has one of a kind.</param>
/// <param name="decorate">Makes it around what it decorates.</param>
public sealed class StorageDecorator<TSeam>(string kind, Func<StoreServices, TSeam, TSeam> decorate) where TSeam : class
{
    /// <summary>What it does: <c>retry</c>.</summary>
    public string Kind { get; } = kind ?? throw new ArgumentNullException(nameof(kind));

    /// <summary>Makes it around what it decorates.</summary>
    public Func<StoreServices, TSeam, TSeam> Decorate { get; } = decorate ?? throw new ArgumentNullException(nameof(decorate));
}
