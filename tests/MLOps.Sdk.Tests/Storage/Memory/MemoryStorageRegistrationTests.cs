using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Storage.Memory;

[TestFixture]
public sealed class MemoryStorageRegistrationTests
{
    [TestCase(null)]
    [TestCase("second")]
    public void UseMemory_replaces_all_three_seams_of_its_store_only(string? key)
    {
        var services = new ServiceCollection();
        new MLOpsBuilder(services, key).UseMemory().UseMemory();
        using var provider = services.BuildServiceProvider();
        var store = new StoreServices(provider, key);
        Assert.That(store.Get<IBlobStore>(), Is.InstanceOf<MemoryBlobStore>());
        Assert.That(store.Get<IRecordStore>(), Is.InstanceOf<MemoryRecordStore>());
        Assert.That(store.Get<IStreamStore>(), Is.InstanceOf<MemoryStreamStore>());
        Assert.That(services, Has.Count.EqualTo(3));
        Assert.That(new StoreServices(provider, key is null ? "other" : null).Find<IRecordStore>(), Is.Null);
    }
}
