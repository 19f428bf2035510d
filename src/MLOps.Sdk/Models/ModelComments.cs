using System.Runtime.CompilerServices;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>What people write about versions. Comments are audited, and are added, never changed or deleted. Thread-safe.</summary>
public sealed class ModelComments
{
    private readonly RecordWriter _writer;
    private readonly IModelRegistry _registry;
    private readonly ModelRecords _records;

    internal ModelComments(RecordWriter writer, IModelRegistry registry) => (_writer, _registry, _records) = (writer, registry, new ModelRecords(writer.Store));

    /// <summary>Adds a comment in the name of the actor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="number">The version.</param>
    /// <param name="text">1 to 4,000 characters.</param>
    /// <param name="cancellationToken">Cancels; nothing is added.</param>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    public async ValueTask<ModelComment> AddAsync(string model, int number, string text, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new MLOpsInvalidException("The comment is empty.");
        Reasons.Require(text, "comment");
        var version = await _registry.ResolveAsync(model, number, cancellationToken).ConfigureAwait(false);
        var now = _writer.Now;
        var comment = new ModelComment { Id = Guid.CreateVersion7(now).ToString("N"), Model = version.Model, Number = version.Number, Text = text, By = _writer.Actor, At = now };
        await _writer.CommitAsync([_records.Comments.Put(comment, RecordOperation.Absent)], null, cancellationToken).ConfigureAwait(false);
        return comment;
    }

    /// <summary>The comments on a version, oldest first; those on a deleted one stay.</summary>
    public async IAsyncEnumerable<ModelComment> ListAsync(string model, int number, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ofVersion = Filter.And(Filter.Equal("model", Name.Require(model, "model name")), Filter.Equal("number", number));
        await foreach (var comment in _records.Comments.QueryAsync(ofVersion, "at", cancellationToken: cancellationToken).ConfigureAwait(false)) yield return comment.Value;
    }
}
