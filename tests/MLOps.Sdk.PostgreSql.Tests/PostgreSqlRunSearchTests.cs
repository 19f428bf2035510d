using Microsoft.Extensions.DependencyInjection;
using MLOps.Experiments;
using MLOps.Tests.Histories;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlRunSearchTests
{
    [Test]
    [CancelAfter(600_000)]
    public async Task Text_objects_and_a_plain_reading_agree_on_random_runs(CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var mlops = MLOpsClient.Create(configure: o => o.UseMemory().UsePostgreSql(database.ConnectionString, new() { Schema = "runs" }).Use(_ => RunCaptureOptions.None));
        await RunSearchEquivalence.OfRandomRunsAsync(mlops.Experiments, () => { }, token);
    }
}
