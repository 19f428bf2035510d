namespace MLOps.Delivery;

/// <summary>What a guard saw.</summary>
/// <param name="Guard">The guard.</param>
/// <param name="Difference">How much worse the candidate is on the present route, in the guard's unit; negative for better, NaN without traffic.</param>
/// <param name="Upper">By how much it may be worse at most, with the confidence 1 - alpha at every look.</param>
/// <param name="EValue">The e-value that it is worse over the whole deployment; 1 for a guard of means, which has an interval instead.</param>
/// <param name="IsTripped">True when it is worse.</param>
/// <param name="IsSafe">True when it is worse by no more than the margin.</param>
/// <param name="Message">All of that in a sentence.</param>
public sealed record GuardReading(DeploymentGuard Guard, double Difference, double Upper, double EValue, bool IsTripped, bool IsSafe, string Message);
