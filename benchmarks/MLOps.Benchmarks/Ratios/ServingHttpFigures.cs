using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Benchmarks.Ratios;

/// <summary>What the endpoints cost the server's processor beside a bare minimal API that parses the same body and calls the same model.</summary>
internal static class ServingHttpFigures
{
    private const int Requests = 16_000;
    private const int Rounds = 13;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        using var ours = new ServerProcess("mlops", scratch.Next("store"));
        using var bare = new ServerProcess("bare", scratch.Next("none"));

        var row = ServerProcess.Post("/predict", """{"a":0.25,"b":0.5,"c":0.125,"d":1.5,"group":"x"}"""u8.ToArray());
        var small = ServerProcess.Post("/v2/models/vector/infer", Json(16));
        // Until the just-in-time compiler has done all it will.
        foreach (var request in new[] { row, small })
        {
            await ours.MicrosecondsAsync(request, 4 * Requests);
            await bare.MicrosecondsAsync(request, 4 * Requests);
        }

        await board.RatioAsync("http-typed-cpu-to-bare-api", " us", Goal.AtMost(1.05), () => ours.MicrosecondsAsync(row, Requests), () => bare.MicrosecondsAsync(row, Requests), Rounds);
        await board.RatioAsync("http-v2-json-cpu-to-bare-api", " us", Goal.AtMost(1.18), () => ours.MicrosecondsAsync(small, Requests), () => bare.MicrosecondsAsync(small, Requests), Rounds);
        foreach (var kilobytes in new[] { 1, 4, 64 })
        {
            var (json, binary) = (ServerProcess.Post("/v2/models/vector/infer", Json(kilobytes * 256)), Binary(kilobytes * 256));
            var requests = kilobytes > 4 ? Requests / 8 : Requests;
            await ours.MicrosecondsAsync(binary, requests);
            await board.RatioAsync($"http-v2-binary-cpu-to-json-{kilobytes}-kib", " us", Goal.AtMost(1), () => ours.MicrosecondsAsync(binary, requests), () => ours.MicrosecondsAsync(json, requests), Rounds);
        }
    }

    private static float[] Values(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static byte[] Json(int count) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"id":"1","inputs":[{"name":"input","shape":[1,{{count}}],"datatype":"FP32","data":[{{string.Join(",", Values(count).Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}}]}]}"""));

    private static byte[] Binary(int count)
    {
        var json = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"id":"1","inputs":[{"name":"input","shape":[1,{{count}}],"datatype":"FP32","parameters":{"binary_data_size":{{count * 4}}} }]}"""));
        return ServerProcess.Post("/v2/models/vector/infer", [.. json, .. MemoryMarshal.AsBytes<float>(Values(count))], "application/octet-stream", json.Length);
    }
}
