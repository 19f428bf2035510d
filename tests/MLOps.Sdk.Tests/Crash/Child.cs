using System.Diagnostics;

namespace MLOps.Crash;

/// <summary>A child process that says facts, line by line, and may be killed at any moment.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public Child(params string[] args) : this(null, args)
    {
    }

    /// <param name="environment">What is added to this process's environment; null for nothing.</param>
    /// <param name="args">The verb and its arguments.</param>
    public Child(IReadOnlyDictionary<string, string>? environment, params string[] args)
    {
        var start = ChildProcess.Of(Requirement.Built("tests/MLOps.CrashWorker", "MLOps.CrashWorker"), args);
        start.RedirectStandardInput = true;
        // A child that lives for half a second need not optimise what it does.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next whole fact, split at spaces; null when the child is gone. A line that the kill tore is no fact.</summary>
    public async Task<string[]?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.EndsWith(" .", StringComparison.Ordinal)) return line[..^2].Split(' ');
        return null;
    }

    /// <summary>All facts to the end.</summary>
    public async Task<List<string[]>> RestAsync(CancellationToken cancellationToken)
    {
        var facts = new List<string[]>();
        while (await NextAsync(cancellationToken) is { } fact) facts.Add(fact);
        return facts;
    }

    /// <summary>Lets a child begin that waits for a line of input.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("go".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
    }

    /// <summary>Ends a child's input.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>SIGKILL: the process gets no chance to do anything more.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code and what was written to standard error.</returns>
    public async Task<(int Code, string Errors)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
