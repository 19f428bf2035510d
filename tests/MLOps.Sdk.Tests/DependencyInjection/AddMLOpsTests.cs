using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Data;
using MLOps.Delivery;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;
using MLOps.Storage.Folder;
using MLOps.Storage.Memory;
using MLOps.Storage.Relational;

namespace MLOps.Tests.DependencyInjection;

public sealed class AddMLOpsTests
{
    [TestCase(typeof(IDatasetStore))]
    [TestCase(typeof(IExperimentTracker))]
    [TestCase(typeof(IModelRegistry))]
    [TestCase(typeof(IModelServer))]
    [TestCase(typeof(IModelMonitor))]
    [TestCase(typeof(IDeployments))]
    [TestCase(typeof(MLOpsClient))]
    [TestCase(typeof(Lineage))]
    [TestCase(typeof(AuditChain))]
    public async Task Every_room_is_one_service_of_the_default_store_and_another_of_a_store_under_a_key(Type service)
    {
        await using var provider = new ServiceCollection().AddMLOps(o => o.UseMemory()).AddMLOps("eu", o => o.UseMemory()).BuildServiceProvider(true);

        var (first, again, other) = (provider.GetService(service), provider.GetService(service), provider.GetKeyedService(service, "eu"));
        Assert.Multiple(() =>
        {
            Assert.That(first, Is.Not.Null.And.SameAs(again));
            Assert.That(other, Is.Not.Null.And.Not.SameAs(first));
        });
    }

    [Test]
    public async Task Two_stores_know_nothing_of_each_other()
    {
        await using var provider = new ServiceCollection().AddMLOps(o => o.UseMemory()).AddMLOps("eu", o => o.UseMemory()).BuildServiceProvider(true);

        await provider.GetRequiredKeyedService<IExperimentTracker>("eu").GetOrCreateAsync("only here");

        Assert.That(await provider.GetRequiredService<IExperimentTracker>().ListAsync().CountAsync(), Is.Zero);
        Assert.That(await provider.GetRequiredKeyedService<IExperimentTracker>("eu").ListAsync().CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Calling_it_twice_is_harmless()
    {
        var once = new ServiceCollection().AddMLOps(o => o.UseMemory()).Count;
        var services = new ServiceCollection().AddMLOps(o => o.UseMemory()).AddMLOps();
        await using var provider = services.BuildServiceProvider(true);

        Assert.That(services, Has.Count.EqualTo(once));
        Assert.That(provider.GetRequiredService<IRecordStore>(), Is.TypeOf<AuditedRecordStore>());
        Assert.That(provider.GetRequiredService<IBlobStore>(), Is.TypeOf<MemoryBlobStore>());
    }

    [Test]
    public async Task A_second_call_that_chooses_other_storage_wins_and_is_audited_once()
    {
        await using var provider = new ServiceCollection().AddMLOps().AddMLOps(o => o.UseMemory()).BuildServiceProvider(true);
        var records = provider.GetRequiredService<IRecordStore>();
        await records.CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("models", "m"), "1"u8.ToArray())]));

        Assert.That(provider.GetRequiredService<IStreamStore>(), Is.TypeOf<MemoryStreamStore>());
        Assert.That(await provider.GetRequiredService<AuditChain>().VerifyAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_the_application_registered_itself_stays()
    {
        var mine = new MemoryRecordStore();
        var actor = new Ana();
        await using var provider = new ServiceCollection()
            .AddSingleton<IRecordStore>(mine).AddSingleton<IStreamStore, MemoryStreamStore>().AddSingleton<IActorProvider>(actor)
            .AddMLOps().BuildServiceProvider(true);
        await provider.GetRequiredService<IRecordStore>().CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("models", "m"), "1"u8.ToArray())]));

        Assert.That(provider.GetRequiredService<IActorProvider>(), Is.SameAs(actor));
        Assert.That(provider.GetRequiredService<IStreamStore>(), Is.TypeOf<MemoryStreamStore>());
        Assert.That(await mine.GetAsync(new RecordKey("models", "m")), Is.Not.Null, "the application's store was used");
        Assert.That(await mine.GetAsync(new RecordKey("audit", "head")), Is.Not.Null, "and it was audited");
    }

    [Test]
    public async Task A_seam_that_nobody_chose_gets_its_default_whatever_was_chosen_for_the_others()
    {
        foreach (var services in new[]
        {
            new ServiceCollection().AddSingleton<IStreamStore, MemoryStreamStore>(), new ServiceCollection().AddSingleton<IRecordStore, MemoryRecordStore>(),
            new ServiceCollection().AddSingleton<IBlobStore, MemoryBlobStore>(),
        })
        {
            await using var provider = services.AddMLOps().BuildServiceProvider(true);
            Assert.That(new object[] { provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<IRecordStore>(), provider.GetRequiredService<IStreamStore>() }, Has.All.Not.Null);
        }
    }

    [Test]
    public async Task Registration_and_resolution_do_no_input_or_output()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"mlops-none-{Guid.NewGuid():N}");
        await using (var mlops = MLOpsClient.Create(folder))
            Assert.That(new object[] { mlops.Datasets, mlops.Experiments, mlops.Models, mlops.Server, mlops.Monitor, mlops.Deployments }, Has.All.Not.Null);

        Assert.That(Directory.Exists(folder), Is.False);
    }

    [Test]
    public async Task Without_a_choice_the_store_is_SQLite_and_a_folder_where_configuration_says()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-config-").FullName;
        try
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["MLOps:Folder"] = Path.Combine(folder, "default"), ["MLOps:eu:Folder"] = Path.Combine(folder, "europe"),
            }).Build();
            await using (var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddMLOps().AddMLOps("eu").BuildServiceProvider(true))
            {
                Assert.That(provider.GetRequiredService<IStreamStore>(), Is.TypeOf<RelationalStore>());
                Assert.That(provider.GetRequiredService<IBlobStore>(), Is.TypeOf<FolderBlobStore>());
                await provider.GetRequiredService<MLOpsClient>().Datasets.CommitAsync("d", DatasetChange.Edit().PutText("f", "x"));
                await provider.GetRequiredKeyedService<MLOpsClient>("eu").Datasets.CommitAsync("d", DatasetChange.Edit().PutText("f", "y"));
            }

            Assert.That(File.Exists(Path.Combine(folder, "default", "mlops.db")));
            Assert.That(File.Exists(Path.Combine(folder, "europe", "mlops.db")));
            Assert.That(Directory.Exists(Path.Combine(folder, "europe", "blobs")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_bad_configuration_stops_the_host_with_a_message_that_names_the_key()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["MLOps:eu:Folder"] = " " });
        builder.Services.AddMLOps(o => o.UseMemory()).AddMLOps("eu");
        using var host = builder.Build();

        Assert.That(async () => await host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("MLOps:eu:Folder"));
    }

    [TestCase("../x")]
    [TestCase("a/b")]
    [TestCase("")]
    public void A_store_key_follows_the_rule_for_names(string key) =>
        Assert.That(() => new ServiceCollection().AddMLOps(key), Throws.TypeOf<MLOpsInvalidException>());

    private sealed class Ana : IActorProvider
    {
        public string Actor => "ana";
    }
}
