using Microsoft.AspNetCore.Http;
using MLOps.AspNetCore.Problems;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A model as the protocol sees it.</summary>
internal abstract class InferModel
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<ModelField> Inputs { get; }

    public abstract IReadOnlyList<ModelField> Outputs { get; }

    /// <summary>Its state in this process.</summary>
    public abstract ServedModel? State { get; }

    public InferStatistics Statistics { get; } = new();

    /// <summary>Answers a request; the version that answered is given.</summary>
    /// <param name="request">The request, read.</param>
    /// <param name="version">The version that must answer; null for whichever the route chooses.</param>
    /// <param name="context">For the route, and cancellation.</param>
    /// <exception cref="InferError">The request is not one of this model.</exception>
    public abstract ValueTask<(IReadOnlyList<Tensor> Outputs, int Version, Problem? Problem)> InferAsync(InferRequest request, int? version, HttpContext context);
}

/// <inheritdoc/>
internal sealed class InferModel<TInput, TOutput>(ModelCaller<TInput, TOutput> caller, InputBinder<TInput> input, OutputBinder<TOutput> output) : InferModel
{
    public override string Name => caller.Model;

    public override IReadOnlyList<ModelField> Inputs => input.Fields;

    public override IReadOnlyList<ModelField> Outputs => output.Fields;

    public override ServedModel? State => caller.State;

    public override async ValueTask<(IReadOnlyList<Tensor> Outputs, int Version, Problem? Problem)> InferAsync(InferRequest request, int? version, HttpContext context)
    {
        var asked = caller.Options(context);
        if (version is { } wanted)
        {
            var arm = State?.Arms.FirstOrDefault(a => a.Number == wanted && (a.Share > 0 || a.Name.Length > 0)) ?? throw NoVersion(wanted);
            if (arm.Name.Length > 0) asked = asked with { Arm = arm.Name };
        }

        var rows = input.Bind(request.Inputs);
        var answers = new TOutput[rows.Length];
        int answered;
        if (rows.Length == 1)
        {
            var (prediction, problem) = await caller.PredictAsync(rows[0], asked, context.RequestAborted).ConfigureAwait(false);
            if (problem is not null) return ([], 0, problem);
            (answers[0], answered) = (prediction.Value, prediction.Version);
        }
        else
        {
            var (outcomes, problem) = await caller.PredictAsync(rows, asked, context.RequestAborted).ConfigureAwait(false);
            // The protocol has no place for the error of a row.
            for (var row = 0; row < outcomes.Length && problem is null; row++)
            {
                if (outcomes[row].Error is { } error) problem = caller.ProblemOf(error);
                answers[row] = outcomes[row].Prediction.Value;
            }

            if (problem is not null) return ([], 0, problem);
            answered = outcomes.Length > 0 ? outcomes[0].Prediction.Version : State?.Number ?? 0;
        }

        // It was replaced between the look and the call.
        if (version is not null && answered != version) throw NoVersion(version.Value);
        return (output.Bind(answers), answered, null);
    }

    private InferError NoVersion(int version) => new($"The model '{Name}' does not serve its version {version} here.", StatusCodes.Status404NotFound);
}
