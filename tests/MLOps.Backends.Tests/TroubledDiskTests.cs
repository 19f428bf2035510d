using System.Diagnostics;
using MLOps.Data;
using MLOps.Records;

namespace MLOps.Backends;

/// <summary>An embedded store on a disk of three megabytes that fills up, or that may not be written. It takes a user who may mount one.</summary>
public sealed class TroubledDiskTests
{
    private string _disk = "";
    private bool _mounted;

    [SetUp]
    public void Mount()
    {
        _disk = Directory.CreateTempSubdirectory("mlops-disk-").FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _disk) != 0) Assert.Ignore("Skipped: this user may not mount a disk to fill.");
        _mounted = true;
    }

    [TearDown]
    public void Unmount()
    {
        if (_mounted) Assert.That(Run("umount", _disk), Is.Zero);
        Directory.Delete(_disk, recursive: true);
    }

    [Test]
    public async Task A_full_disk_is_said_loses_nothing_that_was_acknowledged_and_heals_when_there_is_room()
    {
        var store = Path.Combine(_disk, "store");
        var kept = new List<string>();
        var ballast = Path.Combine(_disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[600_000]);
        MLOpsUnavailableException? full = null;
        var mlops = MLOpsClient.Create(store);
        await using (mlops)
        {
            for (var i = 0; i < 200 && full is null; i++)
            {
                try
                {
                    kept.Add((await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().Put($"part-{i}.bin", Noise(i)))).Id);
                }
                catch (MLOpsUnavailableException error)
                {
                    full = error;
                }
            }

            Assert.That(full, Is.Not.Null, "the disk never filled up");
            Assert.That(full!.Message, Does.Contain("full").And.Contain("Make room"));
            Assert.That(kept, Is.Not.Empty);
            File.Delete(ballast);
            kept.Add((await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().Put("after.bin", Noise(999)))).Id);
        }

        await using var again = MLOpsClient.Create(store);
        var log = await again.Datasets.LogAsync("sales").Select(v => v.Id).ToListAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(log, Is.SupersetOf(kept));
            Assert.That((await StoreVerification.RunAsync(again.Parts)).Problems, Is.Empty);
        });
    }

    [Test]
    public async Task A_full_disk_under_the_database_alone_is_said_too()
    {
        var store = Path.Combine(_disk, "store");
        await using var mlops = MLOpsClient.Create(store);
        await mlops.Experiments.GetOrCreateAsync("first");
        await using (var ballast = File.Create(Path.Combine(_disk, "ballast")))
        {
            var error = Assert.Throws<IOException>(() =>
            {
                while (true) ballast.Write(new byte[4096]);
            });
            Assert.That(error!.Message, Does.Contain("space"));
        }

        MLOpsUnavailableException? full = null;
        for (var i = 0; i < 500 && full is null; i++)
        {
            try
            {
                await mlops.Experiments.GetOrCreateAsync($"experiment-{i}-{new string('x', 200)}");
            }
            catch (MLOpsUnavailableException error)
            {
                full = error;
            }
        }

        Assert.That(full!.Message, Does.Contain("is full").And.Contain("Make room"));
        File.Delete(Path.Combine(_disk, "ballast"));
        await mlops.Experiments.GetOrCreateAsync("after");
    }

    [Test]
    public async Task A_folder_that_may_not_be_written_is_said_with_what_to_do()
    {
        var store = Path.Combine(_disk, "store");
        await using (var before = MLOpsClient.Create(store)) await before.Datasets.CommitAsync("sales", DatasetChange.Edit().PutText("a.csv", "1"));
        Assert.That(Run("mount", "-o", "remount,ro", _disk), Is.Zero);
        try
        {
            var start = ChildProcess.Of(Requirement.Built("src/MLOps.Cli", "mlops"), "store", "copy", "--from", store, "--to", Path.Combine(_disk, "copy"));
            var (code, _, errors) = await ChildProcess.RunAsync(start);
            Assert.That(code, Is.EqualTo(1), errors);
            Assert.That(errors, Does.Contain(_disk).And.Match("must be allowed to write|that this user may write"));
            await using var mlops = MLOpsClient.Create(store);
            var refused = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().PutText("a.csv", "2")));
            Assert.That(refused!.Message, Does.Contain(store).And.Contain("must be allowed to write"));
        }
        finally
        {
            Run("mount", "-o", "remount,rw", _disk);
        }
    }

    private static byte[] Noise(int seed)
    {
        var bytes = new byte[60_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
