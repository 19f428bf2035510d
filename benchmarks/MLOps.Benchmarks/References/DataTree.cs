namespace MLOps.Benchmarks.References;

/// <summary>About a gigabyte as machine learning has it, from a fixed seed: a CSV, columns, embeddings, and many small files.</summary>
internal static class DataTree
{
    public const int SmallFiles = 20_000;

    /// <summary>Writes the tree.</summary>
    /// <param name="folder">Made new.</param>
    /// <param name="scale">1 for the whole size.</param>
    public static string Write(string folder, double scale)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(20_261_122);
        Csv(Path.Combine(folder, "events.csv"), (long)(200_000_000 * scale), random);
        Columns(Path.Combine(folder, "columns.bin"), (long)(300_000_000 * scale), random);
        Noise(Path.Combine(folder, "embeddings.f32"), (long)(260_000_000 * scale), random);
        Many(Path.Combine(folder, "small"), (int)(SmallFiles * scale), random);
        return folder;
    }

    /// <summary>Only the small files.</summary>
    public static string Many(string folder, int count, Random random)
    {
        var bytes = new byte[10_240];
        for (var i = 0; i < count; i++)
        {
            if (i % 500 == 0) Directory.CreateDirectory(Path.Combine(folder, $"{i / 500:00}"));
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"{i / 500:00}", $"{i:00000}.bin"), bytes);
        }

        return folder;
    }

    /// <summary>Adds a hundredth to the CSV and the embeddings.</summary>
    public static void Append(string folder)
    {
        var random = new Random(2);
        Csv(Path.Combine(folder, "events.csv"), new FileInfo(Path.Combine(folder, "events.csv")).Length / 100, random);
        Noise(Path.Combine(folder, "embeddings.f32"), new FileInfo(Path.Combine(folder, "embeddings.f32")).Length / 100, random);
    }

    /// <summary>Puts one row behind the header of the CSV.</summary>
    public static void InsertRow(string folder)
    {
        var path = Path.Combine(folder, "events.csv");
        var text = File.ReadAllBytes(path);
        using var file = File.Create(path);
        var header = text.AsSpan().IndexOf((byte)'\n') + 1;
        file.Write(text.AsSpan(0, header));
        file.Write("0,new-york,1.5,0.25\n"u8);
        file.Write(text.AsSpan(header));
    }

    private static void Csv(string path, long length, Random random)
    {
        using var writer = new StreamWriter(path, append: true);
        if (writer.BaseStream.Length == 0) writer.Write("id,city,value,score\n");
        string[] cities = ["amsterdam", "berlin", "copenhagen", "dublin", "new-york", "paris", "tokyo", "zurich"];
        for (var written = 0L; written < length;)
        {
            var row = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{random.Next()},{cities[random.Next(cities.Length)]},{random.NextDouble() * 1000:F3},{random.NextDouble():F6}\n");
            writer.Write(row);
            written += row.Length;
        }
    }

    /// <summary>Integers that grow, categories, and numbers with few digits: what columns look like.</summary>
    private static void Columns(string path, long length, Random random)
    {
        using var file = File.Create(path);
        var block = new byte[1 << 20];
        var counter = 0;
        for (var written = 0L; written < length; written += block.Length)
        {
            for (var i = 0; i < block.Length; i += 8)
            {
                BitConverter.TryWriteBytes(block.AsSpan(i), counter += random.Next(16));
                BitConverter.TryWriteBytes(block.AsSpan(i + 4), (float)random.Next(5000) / 10);
            }

            file.Write(block);
        }
    }

    private static void Noise(string path, long length, Random random)
    {
        using var file = new FileStream(path, FileMode.Append);
        var block = new byte[1 << 20];
        for (var written = 0L; written < length;)
        {
            random.NextBytes(block);
            var count = (int)Math.Min(block.Length, length - written);
            file.Write(block, 0, count);
            written += count;
        }
    }
}
