using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>What the candidate takes when it is loaded, and what it allocates for an answer on the asking thread. Run it where little else runs: loading is measured on the whole process.</summary>
internal sealed class MemoryGate<TInput, TOutput> : IGate
{
    private const int Answers = 1_000;
    private readonly TInput[] _inputs;
    private readonly MemoryGateOptions _options;

    public MemoryGate(TInput[] inputs, MemoryGateOptions options)
    {
        if (inputs.Length == 0) throw new MLOpsInvalidException("The memory gate has no rows to ask for.");
        if (options is { LoadedBytes: null, BytesPerAnswer: null }) throw new MLOpsInvalidException("The memory gate has no limit, so that nothing could fail.");
        (_inputs, _options) = (inputs, options);
        Name = MLOps.Name.Require(options.Name, "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var (heap, set) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        var loaded = await LoadedModel<TInput, TOutput>.LoadAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        await using (loaded.ConfigureAwait(false))
        {
            foreach (var input in _inputs.Take(100)) loaded.Model.Predict(input);
            var size = Math.Max(GC.GetTotalMemory(forceFullCollection: true) - heap, Environment.WorkingSet - set);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Answers; i++) loaded.Model.Predict(_inputs[i % _inputs.Length]);
            var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Answers;
            List<string> over = [];
            if (size > _options.LoadedBytes) over.Add(Of($"loaded it may take {_options.LoadedBytes:#,0} bytes"));
            if (each > _options.BytesPerAnswer) over.Add(Of($"an answer may allocate {_options.BytesPerAnswer:#,0} bytes"));
            return Result(
                over.Count > 0 ? GateOutcome.Failed : GateOutcome.Passed,
                $"Loaded, {subject.Candidate} takes about {Math.Max(0, size):#,0} bytes, and allocates {each:#,0} for an answer{(over.Count > 0 ? "; " + string.Join(", ", over) : "")}.",
                ("loadedBytes", Math.Max(0, size)), ("bytesPerAnswer", each));
        }
    }
}
