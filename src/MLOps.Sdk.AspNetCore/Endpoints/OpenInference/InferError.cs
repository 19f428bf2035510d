namespace MLOps.AspNetCore.Endpoints;

/// <summary>A request that the protocol does not allow. Told as <c>{"error":…}</c>.</summary>
internal sealed class InferError(string message, int status = 400) : Exception(message)
{
    public int Status { get; } = status;
}
