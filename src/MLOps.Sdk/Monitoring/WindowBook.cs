using System.Globalization;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>
/// The windows of all versions, made from the log block by block: each block is counted once, whichever process reads it first, because what it adds to the windows and the index that
/// remembers it are one append. Windows of replicas are the same window. They outlive the rows.
/// </summary>
internal sealed class WindowBook(IStreamStore streams, IModelRegistry registry, PredictionLog log)
{
    private const byte Moved = (byte)'M';
    private const int MostBlocks = 64, MostTries = 10, MostParts = 16;

    /// <summary>Counts what was logged since. Cheap when nothing was.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Cancels; what was counted so far stays counted.</param>
    public async ValueTask AdvanceAsync(string model, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken).ConfigureAwait(false);
        var shapes = new Dictionary<int, ColumnShape[]>();
        await foreach (var stream in streams.ListAsync(PredictionStreams.AllPredictions(model), cancellationToken).ConfigureAwait(false))
        {
            var tries = 0;
            while (await AdvanceAsync(model, stream, shapes, cancellationToken).ConfigureAwait(false) is { } advanced)
            {
                // Who loses a race looks anew: somebody else has counted the same blocks, or another stream's into the same hour.
                tries = advanced ? 0 : tries + 1;
                if (tries == MostTries) throw new MLOpsUnavailableException($"The windows of '{Name.Shown(model)}' are being written by others again and again. Try again.");
            }
        }
    }

    /// <summary>The hours of a version that lie in [from, to), merged; null when there are none.</summary>
    public async ValueTask<WindowSummary?> ReadAsync(string model, int number, Baseline? baseline, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var shapes = WindowSummary.ShapesOf(baseline);
        WindowSummary? sum = null;
        foreach (var (prefix, length) in new[] { (WindowStreams.Hours(model, number), TimeSpan.FromHours(1)), (WindowStreams.Days(model, number), TimeSpan.FromDays(1)) })
        {
            await foreach (var stream in streams.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                var at = WindowStreams.From(stream.Name);
                if (at < from || at + length > to) continue;
                foreach (var part in (await PartsAsync(stream.Name, shapes, cancellationToken).ConfigureAwait(false)).Parts)
                {
                    if (sum is null) sum = part;
                    else sum.Merge(part);
                }
            }
        }

        return sum;
    }

    /// <summary>Whether stored windows can tell of a span: it begins and ends with an hour.</summary>
    public static bool IsWhole(MonitorWindow window) => window.From.UtcTicks % TimeSpan.TicksPerHour == 0 && window.To.UtcTicks % TimeSpan.TicksPerHour == 0;

    /// <summary>The version with stored windows in a span of which no row is left; the highest number. Null when there is none.</summary>
    public async ValueTask<int?> BusiestAsync(string model, MonitorWindow window, CancellationToken cancellationToken)
    {
        if (!IsWhole(window)) return null;
        int? highest = null;
        await foreach (var stream in streams.ListAsync(WindowStreams.All(model), cancellationToken).ConfigureAwait(false))
        {
            if (stream.First == stream.Next || WindowStreams.From(stream.Name) is var at && (at < window.From || at >= window.To)) continue;
            var number = int.Parse(stream.Name.Split('/')[^3], CultureInfo.InvariantCulture);
            if (highest is null || number > highest) highest = number;
        }

        return highest;
    }

    /// <summary>Merges the hours of days that ended before a moment into those days.</summary>
    public async ValueTask RollUpAsync(string model, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var days = new Dictionary<(int Number, long Day), List<string>>();
        await foreach (var stream in streams.ListAsync(WindowStreams.All(model), cancellationToken).ConfigureAwait(false))
        {
            var parts = stream.Name.Split('/');
            if (parts[^2] != "hour") continue;
            var day = WindowStreams.From(stream.Name).UtcDateTime.Date;
            if (day.AddDays(1) > before.UtcDateTime) continue;
            var key = (int.Parse(parts[^3], CultureInfo.InvariantCulture), day.Ticks);
            if (!days.TryGetValue(key, out var hours)) days[key] = hours = [];
            hours.Add(stream.Name);
        }

        foreach (var ((number, day), hours) in days)
        {
            var shapes = await ShapesAsync(model, number, cancellationToken).ConfigureAwait(false);
            WindowSummary? sum = null;
            var appends = new List<StreamAppend>();
            foreach (var hour in hours)
            {
                var (parts, next) = await PartsAsync(hour, shapes, cancellationToken).ConfigureAwait(false);
                if (parts.Count == 0) continue;
                sum ??= new(shapes);
                foreach (var part in parts) sum.Merge(part);
                // What the hour held is in the day from the same append on.
                appends.Add(new(hour, next, new[] { Moved }));
            }

            if (sum is null) continue;
            var target = WindowStreams.Day(model, number, day);
            appends.Add(new(target, await NextAsync(target, cancellationToken).ConfigureAwait(false), sum.ToBytes()));
            await streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
            foreach (var append in appends.SkipLast(1)) await streams.TruncateAsync(append.Stream, append.Position, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the hours in which predictions were erased anew, from the rows that are left; a day that holds such an hour becomes its hours again.</summary>
    public async ValueTask RebuildAsync(string model, IReadOnlySet<(int Number, long Hour)> hours, CancellationToken cancellationToken)
    {
        var all = new HashSet<(int Number, long Hour)>(hours);
        foreach (var (number, hour) in hours)
        {
            var day = WindowStreams.Day(model, number, hour);
            if (await streams.StatAsync(day, cancellationToken).ConfigureAwait(false) is not { } info) continue;
            await streams.AppendAsync([new(day, info.Next, new[] { Moved })], cancellationToken).ConfigureAwait(false);
            await streams.TruncateAsync(day, info.Next, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < 24; i++) all.Add((number, hour - hour % TimeSpan.TicksPerDay + i * TimeSpan.TicksPerHour));
        }

        foreach (var (number, hour) in all)
        {
            var from = new DateTimeOffset(hour, TimeSpan.Zero);
            var sum = new WindowSummary(await ShapesAsync(model, number, cancellationToken).ConfigureAwait(false));
            await foreach (var batch in log.ReadAsync(model, from, from.AddHours(1), cancellationToken: cancellationToken).ConfigureAwait(false))
                if (batch.Number == number) sum.Add(batch);
            var name = WindowStreams.Hour(model, number, hour);
            var next = await NextAsync(name, cancellationToken).ConfigureAwait(false);
            if (next == 0 && sum.Rows == 0) continue;
            List<StreamAppend> appends = [new(name, next, new[] { Moved })];
            if (sum.Rows > 0) appends.Add(new(name, next + 1, sum.ToBytes()));
            await streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
            await streams.TruncateAsync(name, next, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null when there is nothing left to count, false after a lost race.</summary>
    private async ValueTask<bool?> AdvanceAsync(string model, StreamInfo stream, Dictionary<int, ColumnShape[]> shapes, CancellationToken cancellationToken)
    {
        var (_, covered, next) = await BlockIndex.ReadAsync(streams, stream.Name, cancellationToken).ConfigureAwait(false);
        covered = Math.Max(covered, stream.First);
        if (covered >= stream.Next) return null;
        var entries = new List<BlockEntry>();
        var sums = new Dictionary<(int Number, long Hour), WindowSummary>();
        await foreach (var block in streams.ReadAsync(stream.Name, covered, cancellationToken).ConfigureAwait(false))
        {
            var header = PredictionBlock.ReadHeader(block.Bytes.Span, LoggedBlocks.Where(stream.Name, block));
            var generation = await log.GenerationAsync(new(header.Generation, 0), cancellationToken).ConfigureAwait(false);
            var batch = PredictionBlock.Read(block.Bytes.Span, generation, LoggedBlocks.Where(stream.Name, block));
            entries.Add(new(block.Position, header.Rows, header.MinTime, header.MaxTime, header.MinSequence, header.MaxSequence));
            if (!shapes.TryGetValue(batch.Number, out var columns)) shapes[batch.Number] = columns = await ShapesAsync(model, batch.Number, cancellationToken).ConfigureAwait(false);
            for (var hour = HourOf(header.MinTime); hour <= header.MaxTime; hour += TimeSpan.TicksPerHour)
            {
                var part = batch.Within(hour, hour + TimeSpan.TicksPerHour);
                if (part.Count == 0) continue;
                if (!sums.TryGetValue((batch.Number, hour), out var sum)) sums[(batch.Number, hour)] = sum = new(columns);
                sum.Add(part);
            }

            if (entries.Count == MostBlocks) break;
        }

        if (entries.Count == 0) return null;
        var appends = new List<StreamAppend> { new(BlockIndex.StreamOf(stream.Name), next, BlockIndex.Pack(entries, Guid.NewGuid())) };
        var merged = new List<(string Stream, long Before)>();
        foreach (var ((number, hour), sum) in sums)
        {
            var name = WindowStreams.Hour(model, number, hour);
            var info = await streams.StatAsync(name, cancellationToken).ConfigureAwait(false);
            var position = info?.Next ?? 0;
            if (info is { } known && known.Next - known.First >= MostParts)
            {
                // Many small parts become one, so that an hour stays cheap to read.
                foreach (var part in (await PartsAsync(name, shapes[number], cancellationToken).ConfigureAwait(false)).Parts) sum.Merge(part);
                appends.Add(new(name, position++, new[] { Moved }));
                merged.Add((name, position));
            }

            appends.Add(new(name, position, sum.ToBytes()));
        }

        try
        {
            await streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException)
        {
            return false;
        }

        foreach (var (name, before) in merged) await streams.TruncateAsync(name, before, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>What a window's stream holds behind its last mark, and its next position.</summary>
    private async ValueTask<(List<WindowSummary> Parts, long Next)> PartsAsync(string stream, IReadOnlyList<ColumnShape> shapes, CancellationToken cancellationToken)
    {
        var parts = new List<WindowSummary>();
        var next = await NextAsync(stream, cancellationToken).ConfigureAwait(false);
        await foreach (var block in streams.ReadAsync(stream, 0, cancellationToken).ConfigureAwait(false))
        {
            if (block.Position >= next) break;
            if (block.Bytes.Length == 1 && block.Bytes.Span[0] == Moved) parts.Clear();
            else parts.Add(WindowSummary.FromBytes(block.Bytes.Span, shapes, LoggedBlocks.Where(stream, block)));
        }

        return (parts, next);
    }

    private async ValueTask<ColumnShape[]> ShapesAsync(string model, int number, CancellationToken cancellationToken)
    {
        var version = await registry.ResolveAsync(model, number, cancellationToken).ConfigureAwait(false);
        return WindowSummary.ShapesOf(await registry.ReadBaselineAsync(version, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<long> NextAsync(string stream, CancellationToken cancellationToken) =>
        await streams.StatAsync(stream, cancellationToken).ConfigureAwait(false) is { } info ? info.Next : 0;

    private static long HourOf(long ticks) => ticks - ticks % TimeSpan.TicksPerHour;
}
