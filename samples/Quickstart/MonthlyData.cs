using BikeDemand;
using MLOps;
using MLOps.Data;

namespace Quickstart;

/// <summary>The monthly files in the dataset store: committed as they come, read back by version for training.</summary>
internal sealed class MonthlyData(MLOpsClient mlops)
{
    public const string Dataset = "bike-hours";

    public ValueTask<DatasetVersion> CommitAsync(DateTimeOffset month, string csv) => mlops.Datasets.CommitAsync(
        Dataset, DatasetChange.Edit().PutText($"{month:yyyy-MM}.csv", csv), new DatasetCommitOptions { Message = $"The hours of {month:MMMM yyyy}" });

    public async Task<List<CountedRide>> ReadAsync(DatasetVersion version, DateTimeOffset before)
    {
        var rows = new List<CountedRide>();
        await foreach (var file in mlops.Datasets.FilesAsync(version))
        {
            await using var stream = await mlops.Datasets.OpenAsync(version, file.Path);
            using var csv = new StreamReader(stream);
            rows.AddRange(BikeCsv.Read(csv).Where(r => r.Ride.At < before));
        }

        return rows;
    }
}
