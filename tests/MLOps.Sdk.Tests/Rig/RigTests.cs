using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Tests.Monitoring;
using LineModel = MLOps.Tests.Monitoring.LineModel;

namespace MLOps;

public sealed class RigTests
{
    [Test]
    public async Task What_a_test_registers_is_in_the_audit_chain_as_in_an_application()
    {
        await using var store = new StoreProcess(b => b.AddModelType("line", LineJson.Default.LineModel));
        await using var world = new LiveWorld();
        await store.Registry.RegisterAsync("line", new LineModel { Slope = 1 });
        await world.RegisterAsync();

        Assert.That(await store.Services.Get<AuditChain>().VerifyAsync(), Is.EqualTo(1));
        Assert.That(await world.Get<AuditChain>().VerifyAsync(), Is.EqualTo(1));
    }
}
