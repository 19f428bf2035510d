using System.Text;
using System.Text.Json.Serialization;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Records;

internal sealed record Note(string Name, string? Text, Place? Place = null, Dictionary<string, Place>? Places = null, List<Place>? Way = null);

internal sealed record Place(double X);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecordCollectionTests
{
    private readonly MemoryRecordStore _store = new();

    private RecordCollection<Note> Notes => new(_store, "notes", NoteJson.Default.Note, n => n.Name, (n, fields) => fields["text"] = n.Text ?? "");

    [Test]
    public async Task Members_of_a_newer_release_survive_a_read_and_write_by_this_one()
    {
        var newer = """{"name":"a","text":"old","colour":{"deep":[1,2]},"weight":1e400}""";
        await _store.CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("notes", "a"), Encoding.UTF8.GetBytes(newer))]));

        var stored = (await Notes.GetAsync("a", default))!;
        await _store.CommitAsync(new RecordCommit("test", [Notes.Put(stored, stored.Value with { Text = "new" })]));

        var written = Encoding.UTF8.GetString((await _store.GetAsync(new RecordKey("notes", "a")))!.Json.Span);
        Assert.That(written, Is.EqualTo("""{"name":"a","text":"new","place":null,"places":null,"way":null,"colour":{"deep":[1,2]},"weight":1e400}"""));
    }

    [Test]
    public async Task Members_of_inner_objects_survive_and_removed_keys_stay_removed()
    {
        var newer = """{"name":"a","place":{"x":1,"y":2},"places":{"kept":{"x":1,"z":3},"gone":{"x":1,"z":4}},"way":[{"x":1,"y":2}]}""";
        await _store.CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("notes", "a"), Encoding.UTF8.GetBytes(newer))]));

        var stored = (await Notes.GetAsync("a", default))!;
        await _store.CommitAsync(new RecordCommit("test", [Notes.Put(stored, stored.Value with { Place = new Place(5), Places = new() { ["kept"] = new Place(6) } })]));

        var written = Encoding.UTF8.GetString((await _store.GetAsync(new RecordKey("notes", "a")))!.Json.Span);
        Assert.That(written, Is.EqualTo("""{"name":"a","text":null,"place":{"x":5,"y":2},"places":{"kept":{"x":6,"z":3}},"way":[{"x":1}]}"""));
    }

    [Test]
    public async Task A_replacement_expects_the_version_that_was_read()
    {
        await _store.CommitAsync(new RecordCommit("test", [Notes.Put(new Note("a", "1"), RecordOperation.Absent)]));
        var stored = (await Notes.GetAsync("a", default))!;
        await _store.CommitAsync(new RecordCommit("test", [Notes.Put(stored, new Note("a", "2"))]));

        Assert.That(
            async () => await _store.CommitAsync(new RecordCommit("test", [Notes.Put(stored, new Note("a", "3"))])),
            Throws.TypeOf<MLOpsConflictException>().With.Property(nameof(MLOpsConflictException.Subjects)).EqualTo(new[] { "notes/a" }));
    }

    [Test]
    public async Task A_query_walks_every_page()
    {
        for (var i = 0; i < 7; i++)
            await _store.CommitAsync(new RecordCommit("test", [Notes.Put(new Note($"n{i}", "x"), RecordOperation.Absent)]));

        var names = new List<string>();
        await foreach (var note in Notes.QueryAsync(Filter.Equal("text", "x"), pageSize: 3)) names.Add(note.Value.Name);

        Assert.That(names, Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"n{i}")));
    }

    [Test]
    public async Task A_document_that_is_none_is_reported_by_its_key()
    {
        await _store.CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("notes", "a"), "[]"u8.ToArray())]));

        Assert.That(async () => await Notes.GetAsync("a", default), Throws.TypeOf<MLOpsIntegrityException>().With.Property("Key").EqualTo("notes/a"));
    }
}
