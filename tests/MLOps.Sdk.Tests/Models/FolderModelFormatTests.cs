using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Models;

public sealed class FolderModelFormatTests
{
    private string _folder = null!;

    [SetUp]
    public void Create()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-folder-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "inner"));
        File.WriteAllText(Path.Combine(_folder, "weight.txt"), "3");
        File.WriteAllText(Path.Combine(_folder, "inner", ".hidden"), "4");
    }

    [TearDown]
    public void Delete() => Directory.Delete(_folder, true);

    [Test]
    public async Task A_folder_comes_back_through_its_loader()
    {
        await using var store = new StoreProcess(b => b.AddModelLoader<double, double>("weights", LoadAsync));
        var version = await store.Registry.RegisterAsync("folder", new ModelFolder(_folder, "weights"));

        Assert.That(version.Format, Is.EqualTo("folder"));
        Assert.That(version.Files.Select(f => f.Path), Is.EqualTo(new[] { "inner/.hidden", "weight.txt" }));
        var model = (IModel<double, double>)await store.Registry.LoadAsync(version);
        Assert.That(model.Predict(2), Is.EqualTo(10));
    }

    [Test]
    public async Task A_loader_that_is_not_registered_is_named()
    {
        await using var store = new StoreProcess();
        var version = await store.Registry.RegisterAsync("folder", new ModelFolder(_folder, "weights"));
        Assert.That(async () => await store.Registry.LoadAsync(version), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("AddModelLoader<TInput, TOutput>(\"weights\""));
    }

    [Test]
    public async Task Links_an_empty_folder_and_a_missing_one_are_refused()
    {
        await using var store = new StoreProcess();
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await store.Registry.RegisterAsync("f", new ModelFolder(Path.Combine(_folder, "none"), "x")));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await store.Registry.RegisterAsync("f", new ModelFolder(Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName, "x")));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await store.Registry.RegisterAsync("f", new ModelFolder(_folder, "../x")));

        var link = Path.Combine(_folder, "inner", "link");
        foreach (var make in new Action[] { () => File.CreateSymbolicLink(link, "/etc/hostname"), () => Directory.CreateSymbolicLink(link, "/etc") })
        {
            make();
            Assert.That(async () => await store.Registry.RegisterAsync("f", new ModelFolder(_folder, "x")), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("inner/link"));
            File.Delete(link);
        }
    }

    [Test]
    public async Task A_file_that_changes_while_it_is_stored_makes_no_version()
    {
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => new ShiftyFormat()));
        Assert.That(async () => await store.Registry.RegisterAsync("f", "shifty"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("changed while"));
        Assert.That(store.Registry.ListAsync().ToBlockingEnumerable(), Is.Empty);
    }

    private static async ValueTask<IModel<double, double>> LoadAsync(ModelFiles files, CancellationToken cancellationToken)
    {
        using var weight = new StreamReader(await files.OpenAsync("weight.txt", cancellationToken));
        using var hidden = new StreamReader(await files.OpenAsync("inner/.hidden", cancellationToken));
        return new LineModel(
            double.Parse(await weight.ReadToEndAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture),
            double.Parse(await hidden.ReadToEndAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Gives another content each time it is opened.</summary>
    private sealed class ShiftyFormat : IModelFormat
    {
        private byte _opened;

        public string Key => "shifty";

        public bool CanPack(object model) => model is string;

        public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new ModelPackage(new Dictionary<string, string>(), [new ModelPackageFile("f", () => new MemoryStream([.. new byte[2 << 20], _opened++]))]));

        public ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
