namespace MLOps.Models;

/// <summary>One input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">A datatype of the Open Inference Protocol: <c>FP64</c>, <c>INT64</c>, <c>BOOL</c>, <c>BYTES</c> …</param>
/// <param name="Shape">Its dimensions; -1 for the variable one (rows).</param>
public sealed record ModelField(string Name, string DataType, IReadOnlyList<long> Shape);
