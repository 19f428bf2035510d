using System.Runtime.CompilerServices;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Saboteurs;

/// <summary>A sound store; each saboteur spoils one thing of it.</summary>
abstract class StreamDecorator : IStreamStore
{
    protected MemoryStreamStore Inner { get; } = new();

    public virtual ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => Inner.AppendAsync(appends, cancellationToken);

    public virtual IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => Inner.ReadAsync(stream, from, cancellationToken);

    public virtual ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => Inner.StatAsync(stream, cancellationToken);

    public virtual IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => Inner.ListAsync(prefix, cancellationToken);

    public virtual ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => Inner.TruncateAsync(stream, before, cancellationToken);
}

/// <summary>Appends stream by stream: one that fails leaves those before it.</summary>
sealed class TornAppend : StreamDecorator
{
    public override async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        if (appends.Count is < 2 or > 100 || appends.Any(a => a?.Stream is not { Length: > 0 and < 100 })) await Inner.AppendAsync(appends, cancellationToken);
        else
            foreach (var stream in appends.GroupBy(a => a.Stream)) await Inner.AppendAsync([.. stream], cancellationToken);
    }
}

/// <summary>Takes a replay for a conflict.</summary>
sealed class ReplayNotRecognised : StreamDecorator
{
    public override async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        foreach (var append in appends.Where(a => a is { Stream.Length: > 0 and < 100, Position: >= 0 }))
            if (await Inner.StatAsync(append.Stream, cancellationToken) is { } info && append.Position < info.Next) throw new MLOpsConflictException("It is there.", [append.Stream]);
        await Inner.AppendAsync(appends, cancellationToken);
    }
}

/// <summary>Takes other bytes at a position for a replay.</summary>
sealed class AnyBytesAreAReplay : StreamDecorator
{
    public override async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        try
        {
            await Inner.AppendAsync(appends, cancellationToken);
        }
        catch (MLOpsConflictException) when (appends is [{ Position: 0 }])
        {
        }
    }
}

/// <summary>Forgets a stream when it is emptied.</summary>
sealed class EmptiedStreamForgotten : StreamDecorator
{
    public override async ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) =>
        await Inner.StatAsync(stream, cancellationToken) is { } info && info.First < info.Next ? info : null;
}

/// <summary>Reads on into what is appended meanwhile.</summary>
sealed class EndlessRead : StreamDecorator
{
    public override async IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var any = true; any;)
        {
            any = false;
            await foreach (var block in Inner.ReadAsync(stream, from, cancellationToken))
            {
                (any, from) = (true, block.Position + 1);
                yield return block;
            }
        }
    }
}

/// <summary>Gives the blocks newest first.</summary>
sealed class WrongBlockOrder : StreamDecorator
{
    public override async IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var blocks = new List<StreamBlock>();
        await foreach (var block in Inner.ReadAsync(stream, from, cancellationToken)) blocks.Insert(0, block);
        foreach (var block in blocks) yield return block;
    }
}

/// <summary>Appends although the caller cancelled.</summary>
sealed class AppendIgnoresCancellation : StreamDecorator
{
    public override ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => Inner.AppendAsync(appends, CancellationToken.None);
}

/// <summary>Reads the prefix as a pattern.</summary>
sealed class PrefixIsAPattern : StreamDecorator
{
    public override async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var info in Inner.ListAsync(prefix.Split('%', '_')[0], cancellationToken)) yield return info;
    }
}
