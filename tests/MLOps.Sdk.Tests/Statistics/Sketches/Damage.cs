namespace MLOps.Statistics;

internal static class Damage
{
    /// <summary>Every cut and every flipped byte must be noticed.</summary>
    public static void IsNoticed(byte[] bytes, Action<byte[]> read)
    {
        var step = Math.Max(1, bytes.Length / 300);
        Assert.Multiple(() =>
        {
            for (var length = 0; length < bytes.Length; length += step) Assert.That(() => read(bytes[..length]), Throws.TypeOf<MLOpsIntegrityException>(), $"cut to {length}");
            for (var at = 0; at < bytes.Length; at += step)
            {
                byte[] flipped = [.. bytes];
                flipped[at] ^= (byte)(1 << (at % 8));
                Assert.That(() => read(flipped), Throws.TypeOf<MLOpsIntegrityException>(), $"flipped at {at}");
            }

            Assert.That(() => read([.. bytes, 0]), Throws.TypeOf<MLOpsIntegrityException>());
        });
    }
}
