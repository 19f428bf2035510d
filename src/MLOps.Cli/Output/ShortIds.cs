namespace MLOps.Cli.Output;

/// <summary>Ids cut to what still tells them apart. A run's id begins with its time, so that eight characters are one minute.</summary>
internal static class ShortIds
{
    private const int Shortest = 12;

    public static IReadOnlyList<string> Of(IReadOnlyList<string> ids)
    {
        var length = Shortest;
        while (length < 32 && ids.Select(i => i[..Math.Min(length, i.Length)]).Distinct().Count() < ids.Distinct().Count()) length++;
        return [.. ids.Select(i => i[..Math.Min(length, i.Length)])];
    }
}
