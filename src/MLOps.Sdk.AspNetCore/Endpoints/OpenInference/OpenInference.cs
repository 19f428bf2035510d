using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.AspNetCore.Problems;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>The endpoints of the Open Inference Protocol, V2, over REST.</summary>
internal sealed class OpenInference(IReadOnlyList<InferModel> models, IServiceProvider services, string? key, bool repository)
{
    private const string JsonLength = "Inference-Header-Content-Length";
    private static readonly string s_release = typeof(OpenInference).Assembly.GetName().Version?.ToString() ?? "0";

    private readonly Dictionary<string, InferModel> _models = models.ToDictionary(m => m.Name, StringComparer.Ordinal);
    private readonly TimeProvider _time = new StoreServices(services, key).Time;

    public Task ServerAsync(HttpContext context) => OpenInferenceAnswers.WriteAsync(context, 200, json =>
    {
        json.WriteString("name", "MLOps.Sdk");
        json.WriteString("version", s_release);
        json.WriteStartArray("extensions");
        json.WriteStringValue("binary_tensor_data");
        json.WriteStringValue("statistics");
        if (repository) json.WriteStringValue("model_repository");
        json.WriteEndArray();
    });

    public static Task LiveAsync(HttpContext context) => OpenInferenceAnswers.WriteAsync(context, 200, json => json.WriteBoolean("live", true));

    public Task ReadyAsync(HttpContext context)
    {
        var ready = models.All(m => m.State is { Number: not null });
        return OpenInferenceAnswers.WriteAsync(context, ready ? 200 : 503, json => json.WriteBoolean("ready", ready));
    }

    public Task ModelAsync(HttpContext context) => OnModelAsync(context, async (model, version) =>
    {
        var state = model.State;
        var number = version ?? state?.Number;
        if (version is not null && !Numbers(state).Contains(version.Value)) throw NoVersion(model, version.Value);
        var known = number is { } loaded ? await ResolveAsync(model.Name, loaded, context.RequestAborted).ConfigureAwait(false) : null;
        await OpenInferenceAnswers.WriteAsync(context, 200, json =>
        {
            json.WriteString("name", model.Name);
            json.WriteStartArray("versions");
            foreach (var one in Numbers(state)) json.WriteStringValue(one.ToString(CultureInfo.InvariantCulture));
            json.WriteEndArray();
            json.WriteString("platform", known is null ? "mlops" : $"mlops_{known.Format}");
            OpenInferenceAnswers.Write(json, "inputs", model.Inputs);
            OpenInferenceAnswers.Write(json, "outputs", model.Outputs);
        }).ConfigureAwait(false);
    });

    public Task ModelReadyAsync(HttpContext context) => OnModelAsync(context, (model, version) =>
    {
        var ready = version is { } number ? Numbers(model.State).Contains(number) : model.State is { Number: not null };
        return OpenInferenceAnswers.WriteAsync(context, ready ? 200 : 503, json =>
        {
            json.WriteString("name", model.Name);
            json.WriteBoolean("ready", ready);
        });
    });

    public async Task InferAsync(HttpContext context)
    {
        InferModel? model = null;
        var began = _time.GetTimestamp();
        try
        {
            model = Model(context);
            var version = Version(context);
            var length = HeaderLength(context);
            var (body, problem) = await RequestBody.ReadAsync(context).ConfigureAwait(false);
            if (problem is null)
            {
                InferRequest request;
                try
                {
                    request = InferReader.Read(body.Memory.Span, length);
                }
                finally
                {
                    body.Done();
                }

                var read = _time.GetTimestamp();
                (var outputs, var answered, problem) = await model.InferAsync(request, version, context).ConfigureAwait(false);
                if (problem is null)
                {
                    var computed = _time.GetTimestamp();
                    var buffer = AnswerBuffer.Take();
                    var json = InferWriter.Write(buffer, model.Name, answered, request, outputs);
                    if (json is { } jsonLength) context.Response.Headers[JsonLength] = jsonLength.ToString(CultureInfo.InvariantCulture);
                    var sent = buffer.SendAsync(context, json is null ? "application/json" : "application/octet-stream");
                    model.Statistics.Answered(
                        outputs.Count > 0 ? outputs[0].Rows : 0, _time.GetUtcNow(), _time.GetElapsedTime(began, read), _time.GetElapsedTime(read, computed), _time.GetElapsedTime(computed));
                    await sent.ConfigureAwait(false);
                    return;
                }
            }

            model.Statistics.Failed(_time.GetElapsedTime(began));
            await OpenInferenceAnswers.WriteAsync(context, problem).ConfigureAwait(false);
        }
        catch (InferError e)
        {
            model?.Statistics.Failed(_time.GetElapsedTime(began));
            await OpenInferenceAnswers.ErrorAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
    }

    public Task StatisticsAsync(HttpContext context)
    {
        if (context.GetRouteValue("model") is null) return WriteAsync(models);
        return OnModelAsync(context, (model, version) => version is { } number && !Numbers(model.State).Contains(number) ? throw NoVersion(model, number) : WriteAsync([model]));

        Task WriteAsync(IReadOnlyList<InferModel> which) => OpenInferenceAnswers.WriteAsync(context, 200, json =>
        {
            json.WriteStartArray("model_stats");
            foreach (var model in which) OpenInferenceAnswers.Write(json, model);
            json.WriteEndArray();
        });
    }

    public Task IndexAsync(HttpContext context) => OpenInferenceAnswers.WriteAsync(context, 200, json =>
    {
        foreach (var model in models)
        {
            var state = model.State;
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            if (state?.Number is { } number) json.WriteString("version", number.ToString(CultureInfo.InvariantCulture));
            json.WriteString("state", state is { Number: not null } ? "READY" : "UNAVAILABLE");
            json.WriteString("reason", state?.LastError ?? "");
            json.WriteEndObject();
        }
    }, isArray: true);

    public Task LoadAsync(HttpContext context) => OnModelAsync(context, async (model, _) =>
    {
        await Server.RefreshAsync(model.Name, context.RequestAborted).ConfigureAwait(false);
        await OpenInferenceAnswers.WriteAsync(context, 200, _ => { }).ConfigureAwait(false);
    });

    public Task UnloadAsync(HttpContext context) => OnModelAsync(context, async (model, _) =>
    {
        await Server.UnloadAsync(model.Name, context.RequestAborted).ConfigureAwait(false);
        await OpenInferenceAnswers.WriteAsync(context, 200, _ => { }).ConfigureAwait(false);
    });

    private IModelServer Server => new StoreServices(services, key).Get<IModelServer>();

    private async Task OnModelAsync(HttpContext context, Func<InferModel, int?, Task> answer)
    {
        try
        {
            await answer(Model(context), Version(context)).ConfigureAwait(false);
        }
        catch (InferError e)
        {
            await OpenInferenceAnswers.ErrorAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
        catch (MLOpsException e)
        {
            await OpenInferenceAnswers.WriteAsync(context, Problem.Of(e)).ConfigureAwait(false);
        }
    }

    private InferModel Model(HttpContext context)
    {
        var name = context.GetRouteValue("model") as string ?? "";
        return _models.TryGetValue(name, out var model) ? model : throw new InferError($"No model '{Name.Shown(name)}' is served here; there are {string.Join(", ", _models.Keys)}.", StatusCodes.Status404NotFound);
    }

    private static int? Version(HttpContext context)
    {
        if (context.GetRouteValue("version") is not string text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InferError($"'{Name.Shown(text)}' is no version: a whole number is expected.", StatusCodes.Status404NotFound);
    }

    private static int? HeaderLength(HttpContext context)
    {
        var header = context.Request.Headers[JsonLength];
        if (header.Count == 0) return null;
        return header is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new InferError($"The header {JsonLength} is '{Name.Shown(header.ToString())}'; a whole number is expected.");
    }

    private async ValueTask<ModelVersion?> ResolveAsync(string model, int number, CancellationToken cancellationToken)
    {
        try
        {
            return await new StoreServices(services, key).Get<IModelRegistry>().ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{model}/{number}"), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException)
        {
            // A registry that is away does not take from what the process knows itself.
            return null;
        }
    }

    private static InferError NoVersion(InferModel model, int version) => new($"The model '{model.Name}' does not serve its version {version} here.", StatusCodes.Status404NotFound);

    private static IEnumerable<int> Numbers(ServedModel? state) => state?.Arms.Select(a => a.Number).Distinct().Order() ?? Enumerable.Empty<int>();
}
