using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;

namespace MLOps.CrashWorker.Verbs;

/// <summary>
/// Writes to a store that other processes write at the same time: each round puts a record of its own, raises a counter that
/// all share (again and again until it wins), and appends a block to its own stream. Prints one line for each round that was
/// acknowledged.
/// </summary>
static class AppendRecords
{
    public static async Task<int> RunAsync(string folder, string worker, int count)
    {
        var services = new ServiceCollection();
        new MLOpsBuilder(services, null).UseSqlite(Path.Combine(folder, "store.db"));
        await using var provider = services.BuildServiceProvider();
        var records = provider.GetRequiredService<IRecordStore>();
        var streams = provider.GetRequiredService<IStreamStore>();
        for (var i = 0; i < count; i++)
        {
            await records.CommitAsync(new(worker, [new RecordPut(new("rounds", $"{worker}/{i}"), Encoding.UTF8.GetBytes($"{i}"), new Dictionary<string, FieldValue> { ["worker"] = worker, ["round"] = i }, 0)]));
            await RaiseAsync(records, worker);
            await streams.AppendAsync([new($"stream/{worker}", i, Encoding.UTF8.GetBytes($"{worker} {i}"))]);
            Console.WriteLine(i);
        }

        return 0;
    }

    private static async Task RaiseAsync(IRecordStore records, string worker)
    {
        var key = new RecordKey("counters", "shared");
        while (true)
        {
            var before = await records.GetAsync(key);
            var next = before is null ? 1 : int.Parse(before.Json.Span) + 1;
            try
            {
                await records.CommitAsync(new(worker, [new RecordPut(key, Encoding.UTF8.GetBytes($"{next}"), null, before?.Version ?? 0)]));
                return;
            }
            catch (MLOpsConflictException error) when (error.Subjects.Count > 0)
            {
                // Another process was faster.
            }
        }
    }
}
