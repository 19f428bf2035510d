using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.AspNetCore.Problems;
using MLOps.Monitoring;
using MLOps.Predictions;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Labels in, nothing out: all of a request's labels are durable, or none is kept.</summary>
internal sealed class LabelsEndpoint(string? key)
{
    public async Task TakeAsync(HttpContext context)
    {
        var (body, problem) = await RequestBody.ReadJsonAsync(context).ConfigureAwait(false);
        var labels = problem is null ? LabelBody.Parse(body.Memory, out problem) : [];
        body.Done();
        problem ??= await KeepAsync(context, labels).ConfigureAwait(false);
        if (problem is not null) await problem.WriteAsync(context).ConfigureAwait(false);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async ValueTask<Problem?> KeepAsync(HttpContext context, IReadOnlyList<PredictionLabel> labels)
    {
        if (labels.Count == 0) return null;
        try
        {
            await new StoreServices(context.RequestServices, key).Get<IModelMonitor>().LabelAsync(labels, context.RequestAborted).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (MLOpsException e) when (e is not (MLOpsIntegrityException or MLOpsUnavailableException))
        {
            return Problem.Of(e) with { Index = Culprit(e, labels) };
        }
#pragma warning disable CA1031 // Whatever went wrong inside, the caller learns only that it did; the log has the rest.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.AspNetCore.Labels").LabelsFailed(e);
            return e is MLOpsException known ? Problem.Of(known) : Problem.Internal();
        }
    }

    /// <summary>The item that the message is about: the first whose id or generation it names.</summary>
    private static int? Culprit(MLOpsException error, IReadOnlyList<PredictionLabel> labels)
    {
        if (labels.Count == 1) return 0;
        for (var i = 0; i < labels.Count; i++)
            if (error.Message.Contains(labels[i].Id.GenerationText, StringComparison.Ordinal)) return i;
        return null;
    }
}
