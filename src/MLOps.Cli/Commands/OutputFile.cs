namespace MLOps.Cli.Commands;

/// <summary>Writes a file that a command was asked for: whole or not at all.</summary>
internal static class OutputFile
{
    /// <exception cref="MLOpsConflictException">The file is there, and was not to be replaced.</exception>
    public static async Task WriteAsync(string path, bool replace, Func<Stream, Task> write)
    {
        path = Path.GetFullPath(path);
        if (!replace && File.Exists(path)) throw new MLOpsConflictException($"'{path}' exists: give another name, or --force to replace it.", [path]);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
                await write(file).ConfigureAwait(false);
            File.Move(temporary, path, replace);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
