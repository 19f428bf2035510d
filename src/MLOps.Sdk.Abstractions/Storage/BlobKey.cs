namespace MLOps.Storage;

/// <summary>
/// The rule for blob keys: 1 to 512 ASCII characters of <c>a-z 0-9 . _ - /</c>, in segments of 1 to 128 characters joined
/// by <c>/</c>, none of which begins with a dot. So a key is a safe relative path on every file system and object store.
/// </summary>
public static class BlobKey
{
    /// <summary>Checks a key and returns it.</summary>
    /// <exception cref="MLOpsInvalidException">The key breaks the rule; the message says which part.</exception>
    public static string Require(string? key) =>
        Problem(key) is { } rule ? throw new MLOpsInvalidException($"'{Name.Shown(key)}' is not a valid blob key: {rule}.") : key!;

    /// <summary>Whether a text keeps the rule: what a backend finds under other names is not a blob.</summary>
    public static bool IsValid(string? key) => Problem(key) is null;

    private static string? Problem(string? key)
    {
        if (string.IsNullOrEmpty(key)) return "it is empty";
        if (key.Length > 512) return "it is longer than 512 characters";
        var segmentStart = 0;
        for (var i = 0; i <= key.Length; i++)
        {
            if (i == key.Length || key[i] == '/')
            {
                if (i - segmentStart is 0 or > 128) return "each segment between '/' has 1 to 128 characters";
                segmentStart = i + 1;
            }
            else if (key[i] == '.' && i == segmentStart) return "no segment may begin with a dot";
            else if (!(char.IsAsciiLetterLower(key[i]) || char.IsAsciiDigit(key[i]) || key[i] is '.' or '_' or '-'))
                return "only a-z, 0-9, '.', '_', '-' and '/' are allowed";
        }

        return null;
    }
}
