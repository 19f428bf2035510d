using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLOps.Data;

/// <summary>Reads JSON values that stand one behind the other.</summary>
static class JsonLines
{
    /// <exception cref="MLOpsInvalidException">One is broken, or null.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(Stream stream, string what, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var values = JsonSerializer.DeserializeAsyncEnumerable(stream, type, topLevelValues: true, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (values.ConfigureAwait(false))
            for (var row = 1L; ; row++)
            {
                T? value;
                try
                {
                    if (!await values.MoveNextAsync().ConfigureAwait(false)) yield break;
                    value = values.Current;
                }
                catch (JsonException error)
                {
                    throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {row} of {what} cannot be read: {error.Message}"), error);
                }

                yield return value ?? throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {row} of {what} is null."));
            }
    }
}
