namespace MLOps.Storage.Relational;

/// <summary>One change of the tables, from the format before to <paramref name="Format"/>.</summary>
/// <param name="Format">The format of a store after the step.</param>
/// <param name="MinReader">The oldest format whose programs still read such a store rightly.</param>
/// <param name="MinWriter">The oldest format whose programs still write such a store rightly.</param>
/// <param name="Statements">The statements, for a dialect. They run in one transaction, and only once.</param>
internal sealed record SchemaStep(long Format, long MinReader, long MinWriter, Func<SqlDialect, IReadOnlyList<string>> Statements);
