namespace MLOps.Records;

/// <summary>A function of the application that is told of events while a host runs.</summary>
/// <param name="Handle">The function.</param>
internal sealed record EventHandlerDeclaration(Func<ModelEvent, CancellationToken, ValueTask> Handle);
