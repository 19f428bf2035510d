using System.Text;

namespace MLOps.Testing;

/// <summary>The few assertions that the suites need, without a test framework.</summary>
static class Check
{
    internal static void That(bool condition, string law)
    {
        if (!condition) throw new ConformanceFailureException(law);
    }

    internal static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new ConformanceFailureException($"{what}: expected {Shown(expected)}, found {Shown(actual)}.");
    }

    internal static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        if (!wanted.SequenceEqual(found))
            throw new ConformanceFailureException($"{what}: expected [{string.Join(", ", wanted.Select(w => Shown(w)))}], found [{string.Join(", ", found.Select(f => Shown(f)))}].");
    }

    internal static void SameBytes(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual, string what)
    {
        if (expected.Span.SequenceEqual(actual.Span)) return;
        var at = expected.Span.CommonPrefixLength(actual.Span);
        throw new ConformanceFailureException($"{what}: expected {expected.Length} bytes, found {actual.Length}; they differ from byte {at} on.");
    }

    /// <summary>That <paramref name="action"/> fails with <typeparamref name="TError"/> or a subclass of it, and returns the error.</summary>
    internal static async Task<TError> ThrowsAsync<TError>(Func<Task> action, string what) where TError : Exception
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (TError error)
        {
            return error;
        }
        catch (Exception error) when (error is not ConformanceFailureException)
        {
            throw new ConformanceFailureException($"{what}: expected {typeof(TError).Name}, found {error.GetType().Name}: {Shown(error.Message)}", error);
        }

        throw new ConformanceFailureException($"{what}: expected {typeof(TError).Name}, but nothing was thrown.");
    }

    private static string Shown(object? value)
    {
        var text = new StringBuilder();
        foreach (var c in (value?.ToString() ?? "(null)").Take(200))
        {
            if (c is >= ' ' and < (char)0x7F) text.Append(c);
            else text.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
