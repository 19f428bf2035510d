using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Samples.Tests.Readme;

/// <summary>What README promises is compiled and run.</summary>
[NonParallelizable]
public sealed partial class ReadmeTests
{
    private string _folder = null!;
    private string _before = null!;

    [OneTimeSetUp]
    public void Work_in_a_folder_of_our_own()
    {
        _before = Environment.CurrentDirectory;
        _folder = Directory.CreateTempSubdirectory("mlops-readme-").FullName;
        Environment.CurrentDirectory = _folder;
    }

    [OneTimeTearDown]
    public void Go_back()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Every_example_in_README_is_the_code_that_is_compiled_here([Values("script", "model", "host")] string example)
    {
        var readme = File.ReadAllText(Repository.At("README.md"));
        var source = File.ReadAllText(Repository.At("tests/MLOps.Samples.Tests/Readme/ReadmeExamples.cs"));
        var shown = Regex.Match(readme, $"<!-- example: {example} -->\n```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var compiled = Regex.Match(source, $"// example: {example}\n(.*?)\n *// end\n", RegexOptions.Singleline).Groups[1].Value;

        Assert.That(shown, Is.Not.Empty);
        Assert.That(Lines(shown), Is.EqualTo(Lines(compiled)));
    }

    [Test]
    public void No_code_block_in_README_escapes_this_test()
    {
        var readme = File.ReadAllText(Repository.At("README.md"));

        Assert.That(CodeBlock().Count(readme), Is.EqualTo(MarkedCodeBlock().Count(readme)));
    }

    [Test]
    [Order(1)]
    public async Task The_script_of_README_runs_and_answers_what_its_comment_says()
    {
        Assert.That(await ReadmeExamples.ScriptAsync(), Does.Match("^12 1 champion p-[0-9a-f]{16}-1$"));
    }

    [Test]
    [Order(2)]
    public async Task The_host_of_README_serves_the_model_that_the_script_registered()
    {
        using var capture = new HostCapture();
        var running = ReadmeExamples.HostAsync(["--urls", "http://127.0.0.1:0", "--MLOps:Folder", Path.Combine(_folder, ".mlops")]);
        using var host = await capture.Host;
        var started = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, running);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var health = await http.GetStringAsync("/health");
        using var answer = await http.PostAsJsonAsync("/predict", 3.0);
        var prediction = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var label = await http.PostAsJsonAsync("/labels", new { id = prediction.GetProperty("id").GetString(), value = 12.5 });
        await host.StopAsync();
        await running;

        Assert.Multiple(() =>
        {
            Assert.That(health, Is.EqualTo("Healthy"));
            Assert.That(prediction.GetProperty("value").GetDouble(), Is.EqualTo(12));
            Assert.That(prediction.GetProperty("version").GetInt32(), Is.EqualTo(1));
            Assert.That((int)label.StatusCode, Is.EqualTo(204));
        });
    }

    private static string[] Lines(string code) => [.. code.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^<!-- example: (script|model|host) -->\n```csharp$", RegexOptions.Multiline)]
    private static partial Regex MarkedCodeBlock();
}
