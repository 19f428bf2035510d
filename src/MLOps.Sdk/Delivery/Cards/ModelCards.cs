using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>Makes model cards from the facts of a store and keeps them beside the version: bytes first, then the record that names them. Thread-safe.</summary>
public sealed class ModelCards
{
    /// <summary>The name of the Markdown file of a card.</summary>
    public const string Markdown = "card.md";

    /// <summary>The name of the page of a card.</summary>
    public const string Html = "card.html";

    private readonly IModelRegistry _registry;
    private readonly RecordWriter _writer;
    private readonly ContentStore _content;
    private readonly ICardSection[] _sections;
    private readonly RecordCollection<ModelCard> _cards;

    internal ModelCards(IModelRegistry registry, RecordWriter writer, ContentStore content, IEnumerable<ICardSection> sections)
    {
        (_registry, _writer, _content, _cards) = (registry, writer, content, In(writer.Store));
        _sections = [.. sections.OrderBy(s => s.Order)];
        if (_sections.GroupBy(s => s.Title, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new MLOpsInvalidException($"Two card sections are titled '{Name.Shown(twice.Key)}': give yours another title.");
    }

    /// <summary>Makes a card of a version as the store is now, and keeps it. When facts and words are those of its last card, that one is given back.</summary>
    /// <param name="version">The version.</param>
    /// <param name="notes">What people say; null for what was said with the last card of this version or, before its first, of the model's latest card.</param>
    /// <param name="cancellationToken">Cancels; no card is kept.</param>
    /// <exception cref="MLOpsInvalidException">A note is longer than 4,000 characters.</exception>
    /// <exception cref="MLOpsNotFoundException">There is no such version.</exception>
    public async ValueTask<ModelCard> CreateAsync(ModelVersion version, CardNotes? notes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        Require(notes);
        version = await _registry.ResolveAsync(version.ToString(), cancellationToken).ConfigureAwait(false);
        long? lost = null;
        while (true)
        {
            var last = await LastAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false);
            var said = notes ?? last?.Notes ?? (await LastAsync(version.Model, null, cancellationToken).ConfigureAwait(false))?.Notes ?? new();
            var page = await ComposeAsync(version, said, cancellationToken).ConfigureAwait(false);
            var files = new List<ModelFile>();
            foreach (var (name, text) in new[] { (Markdown, page.ToMarkdown()), (Html, page.ToHtml($"Made by MLOps.Sdk from the records of its store. Content {version.Digest}.")) })
            {
                var stored = await _content.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                files.Add(new(name, stored.Length, stored.Digest));
            }

            if (last is not null && last.Notes == said && last.Files.SequenceEqual(files)) return last;
            var card = new ModelCard
            {
                Model = version.Model, Number = version.Number, Digest = version.Digest, Revision = (last?.Revision ?? 0) + 1, Notes = said, Files = files, CreatedBy = _writer.Actor, CreatedAt = _writer.Now,
            };
            try
            {
                await _writer.CommitAsync(
                    [_cards.Put(card, RecordOperation.Absent), .. files.Select(f => Pin.Of(ContentStore.Key(f.Digest), version.ToRef()))],
                    string.Create(CultureInfo.InvariantCulture, $"card {card.Revision} of {version}"), cancellationToken).ConfigureAwait(false);
                return card;
            }
            catch (MLOpsConflictException) when (lost != card.Revision)
            {
                // Somebody made a card at the same moment: theirs may be this one.
                lost = card.Revision;
            }
        }
    }

    /// <summary>The cards of a model's versions, newest first.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<ModelCard> ListAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var ofModel = Filter.Equal("model", Name.Require(model, "model name"));
        await foreach (var card in _cards.QueryAsync(ofModel, "created", descending: true, cancellationToken: cancellationToken).ConfigureAwait(false)) yield return card.Value;
    }

    /// <summary>The text of a card.</summary>
    /// <param name="card">The card.</param>
    /// <param name="file"><see cref="Markdown"/> or <see cref="Html"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are missing or damaged.</exception>
    public async ValueTask<string> ReadAsync(ModelCard card, string file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(card);
        var found = card.Files.FirstOrDefault(f => f.Path == file) ?? throw new MLOpsNotFoundException($"A card has no file '{Name.Shown(file)}'; it has {Markdown} and {Html}.");
        var stream = await _content.OpenNamedAsync(found.Digest, $"the card of {card.Model}/{card.Number}", cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal static RecordCollection<ModelCard> In(IRecordStore store) => new(
        store, Collections.ModelCards, DeliveryJson.Default.ModelCard,
        c => string.Create(CultureInfo.InvariantCulture, $"{ModelRecords.VersionId(c.Model, c.Number)}/{c.Revision:D9}"),
        (c, fields) =>
        {
            fields["model"] = c.Model;
            fields["number"] = c.Number;
            fields["revision"] = c.Revision;
            fields["created"] = FieldValue.Of(c.CreatedAt);
        },
        c => c with { Notes = c.Notes ?? new(), Files = c.Files ?? [] });

    private async ValueTask<CardPage> ComposeAsync(ModelVersion version, CardNotes notes, CancellationToken cancellationToken)
    {
        ModelVersion? champion = null;
        await foreach (var alias in _registry.AliasesAsync(version.Model, cancellationToken).ConfigureAwait(false))
            if (alias.Alias == "champion" && alias.Number != version.Number)
                champion = await _registry.ResolveAsync(version.Model, alias.Number, cancellationToken).ConfigureAwait(false);
        var subject = new CardSubject(version, champion, notes);
        var page = new CardPage($"Model card: {version.Model}", $"Version {CardWords.Count(version.Number)}, registered {CardWords.Time(version.CreatedAt)} by {version.CreatedBy}");
        foreach (var section in _sections)
        {
            page.Section(section.Title);
            await section.WriteAsync(subject, page, cancellationToken).ConfigureAwait(false);
        }

        return page;
    }

    private async ValueTask<ModelCard?> LastAsync(string model, int? number, CancellationToken cancellationToken)
    {
        var of = Filter.Equal("model", model);
        if (number is { } one) of = Filter.And(of, Filter.Equal("number", one));
        await foreach (var card in _cards.QueryAsync(of, number is null ? "created" : "revision", descending: true, pageSize: 1, cancellationToken: cancellationToken).ConfigureAwait(false)) return card.Value;
        return null;
    }

    private static void Require(CardNotes? notes)
    {
        if (notes is null) return;
        foreach (var text in new[] { notes.IntendedUse, notes.OutOfScope, notes.Limits, notes.Ethics, notes.Owner, notes.Licence })
        {
            if (text is { Length: > PlainText.MaxLength }) throw new MLOpsInvalidException($"A note of the card has {text.Length} characters, and at most {PlainText.MaxLength} are allowed.");
            if (text is not null) FieldValue.RequireText(text, "note of the card");
        }
    }
}
