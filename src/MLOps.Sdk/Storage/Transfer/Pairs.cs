using System.Runtime.CompilerServices;

namespace MLOps.Storage;

/// <summary>Walks two sorted lists side by side.</summary>
internal static class Pairs
{
    /// <summary>Every name once, with the item of either list that has it.</summary>
    public static async IAsyncEnumerable<(T? Left, T? Right)> Of<T>(
        IAsyncEnumerable<T> left, IAsyncEnumerable<T> right, Func<T, string> name, Comparison<string> order, [EnumeratorCancellation] CancellationToken cancellationToken) where T : struct
    {
        var (l, r) = (left.GetAsyncEnumerator(cancellationToken), right.GetAsyncEnumerator(cancellationToken));
        await using var endLeft = l.ConfigureAwait(false);
        await using var endRight = r.ConfigureAwait(false);
        var (hasLeft, hasRight) = (await l.MoveNextAsync().ConfigureAwait(false), await r.MoveNextAsync().ConfigureAwait(false));
        while (hasLeft || hasRight)
        {
            var side = !hasRight ? -1 : !hasLeft ? 1 : order(name(l.Current), name(r.Current));
            yield return (side <= 0 ? l.Current : null, side >= 0 ? r.Current : null);
            if (side <= 0) hasLeft = await l.MoveNextAsync().ConfigureAwait(false);
            if (side >= 0) hasRight = await r.MoveNextAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The error for something in the target that is not of the source.</summary>
    public static MLOpsConflictException Stranger(string what, string subject) =>
        new($"The target is no copy of this source: it holds {what}. Choose an empty target, or the one of an earlier copy of this same store.", [subject]);
}
