using System.Globalization;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Values as a card says them: invariant, so that the same facts give the same bytes on every machine.</summary>
internal static class CardWords
{
    public static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Change(double now, double before) => before == 0 ? "" : ((now / before) - 1).ToString("+0.0 %;-0.0 %;0 %", CultureInfo.InvariantCulture);

    public static string Bytes(long length) => $"{Count(length)} bytes";

    public static long SizeOf(ModelVersion version) => version.Files.Sum(f => f.Length);
}
