namespace MLOps.Delivery;

/// <summary>
/// One section of a model card: a class in a file of its own, registered with <c>AddCardSection</c>. It says what it finds in the store and nothing else, so that the same facts give the
/// same card; one that finds nothing leaves the page alone and is left out.
/// </summary>
public interface ICardSection
{
    /// <summary>Its heading, new among the sections.</summary>
    string Title { get; }

    /// <summary>Where it stands: sections come in this order, those with equal numbers in the order of registration. The built-in ones have 100, 200, …</summary>
    int Order { get; }

    /// <summary>Writes the section.</summary>
    /// <param name="subject">What the card is about.</param>
    /// <param name="page">Where to write.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default);
}
