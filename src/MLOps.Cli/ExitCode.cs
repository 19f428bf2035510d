namespace MLOps.Cli;

/// <summary>What a script learns from the command's end. The numbers never change.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;
    public const int GateFailed = 3;
    public const int DriftFound = 4;
    public const int Inconclusive = 5;
    public const int IntegrityFailure = 6;
    public const int Cancelled = 130;

    public static int Of(Exception error) => error switch
    {
        OperationCanceledException => Cancelled,
        MLOpsIntegrityException => IntegrityFailure,
        MLOpsRejectedException => GateFailed,
        _ => Error,
    };
}
