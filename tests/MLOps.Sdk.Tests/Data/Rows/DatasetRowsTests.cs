using System.Text;
using System.Text.Json.Serialization;

namespace MLOps.Data;

public sealed partial class DatasetRowsTests
{
    private TestStore _store = null!;

    private IDatasetStore Data => _store.Datasets;

    [SetUp]
    public void Open() => _store = new TestStore(Backend.Memory);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Rows_of_a_csv_come_typed_from_any_version_without_restoring_it()
    {
        var first = await PutAsync("rides.csv", "\uFEFFid,when,temp,\"note, or \"\"so\"\"\"\r\n1,2011-01-01T00:00:00Z,20.5,\"a\r\nb\"\r\n\r\n2,2011-01-02,,\"\"\"x\"\"\"\r\n-3,2011-01-03,1e3,");
        await PutAsync("rides.csv", "id\n9\n");
        var rows = await Data.ReadCsvAsync(first, "rides.csv", r => (r.Row, Id: r.Integer("id"), When: r.Time("when"), Temp: r.Number("temp"), Note: r.Text("note, or \"so\""), Empty: r.IsEmpty("temp"))).ToListAsync();
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(r => r.Row), Is.EqualTo(new long[] { 1, 2, 3 }));
            Assert.That(rows.Select(r => r.Id), Is.EqualTo(new long[] { 1, 2, -3 }));
            Assert.That(rows.Select(r => r.When.Day), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(rows.Select(r => r.Temp), Is.EqualTo(new[] { 20.5, double.NaN, 1000 }));
            Assert.That(rows.Select(r => r.Note), Is.EqualTo(new[] { "a\r\nb", "\"x\"", "" }));
            Assert.That(rows.Select(r => r.Empty), Is.EqualTo(new[] { false, true, false }));
        });
    }

    [TestCase(";")]
    [TestCase("\t")]
    public async Task Another_separator_is_an_option(string separator)
    {
        var version = await PutAsync("a.csv", $"a{separator}b\n1{separator}2,3\n");
        Assert.That(await Data.ReadCsvAsync(version, "a.csv", r => r.Text("b"), new CsvOptions { Separator = separator[0] }).ToListAsync(), Is.EqualTo(new[] { "2,3" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Data.ReadCsvAsync(version, "a.csv", r => r.Text("b"), new CsvOptions { Separator = '"' }).ToListAsync());
    }

    [TestCase("", "is empty")]
    [TestCase("a,a\n1,2\n", "two columns named 'a'")]
    [TestCase("a,b\n1\n", "Row 1 of 'f.csv' of version")]
    [TestCase("a,b\n1,2\n1,2,3\n", "(line 3) has 3 cells")]
    [TestCase("a,b\n1,\"2", "within a quoted cell")]
    [TestCase("a,b\n\"1\"x,2\n", "behind a closing quote stands 'x'")]
    [TestCase("a,c\n1,2\n", "has no column 'b'. It has 'a', 'c'")]
    [TestCase("a,b\n1,two\n", "the cell 'two' of column 'b' is not a number")]
    public async Task A_broken_csv_is_told_with_its_place(string text, string why)
    {
        var version = await PutAsync("f.csv", text);
        Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Data.ReadCsvAsync(version, "f.csv", r => r.Number("b")).ToListAsync())!.Message, Does.Contain(why));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Random_cells_come_back_however_the_text_falls_into_buffers(int seed)
    {
        var random = new Random(seed);
        var pieces = new[] { "\"", ",", "\r", "\n", "a", "long text", "\u20AC", "" };
        var rows = Enumerable.Range(0, 3000).Select(_ => Enumerable.Range(0, 3).Select(_ => string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => pieces[random.Next(pieces.Length)]))).Append("end").ToArray()).ToList();
        var text = new StringBuilder("a,b,c,d\n");
        foreach (var row in rows) text.Append(string.Join(',', row.Select(c => $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))).Append(random.Next(2) == 0 ? "\n" : "\r\n");
        var version = await PutAsync("a.csv", text.ToString());
        Assert.That(await Data.ReadCsvAsync(version, "a.csv", r => string.Join('|', r.Columns.Select(r.Text))).ToListAsync(), Is.EqualTo(rows.Select(r => string.Join('|', r))));
    }

    [Test]
    public async Task Rows_of_json_lines_come_typed_and_a_broken_one_is_named()
    {
        var good = await PutAsync("a.jsonl", "{\"Id\":1,\"Temp\":2.5}\n\n{\"Id\":2,\"Temp\":3}\n");
        var broken = await PutAsync("a.jsonl", "{\"Id\":1,\"Temp\":2.5}\n{\"Id\":");
        var none = await PutAsync("a.jsonl", "{\"Id\":1,\"Temp\":2.5}\nnull\n");
        Assert.That(await Data.ReadJsonLinesAsync(good, "a.jsonl", RowsJson.Default.Ride).ToListAsync(), Is.EqualTo(new[] { new Ride(1, 2.5), new Ride(2, 3) }));
        foreach (var version in new[] { broken, none })
            Assert.That(Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Data.ReadJsonLinesAsync(version, "a.jsonl", RowsJson.Default.Ride).ToListAsync())!.Message, Does.Contain("Row 2 of 'a.jsonl'"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Data.ReadJsonLinesAsync(good, "b.jsonl", RowsJson.Default.Ride).ToListAsync());
    }

    [Test]
    public async Task Rows_that_came_went_and_changed_are_told_with_their_cells()
    {
        var from = await PutAsync("a.csv", "id,city,temp\n1,berlin,20\n2,paris,21\n3,tokyo,22\n");
        var to = await PutAsync("a.csv", "temp,id,city\n22,3,tokyo\n25,1,berlin\n9,4,oslo\n");
        var changes = await Data.DiffRowsAsync(from, to, "a.csv", ["id"]).Select(Text).ToListAsync();
        Assert.That(changes, Is.EqualTo(new[] { "Changed 1 1>2 temp:20>25", "Added 4 >3 temp:>9 id:>4 city:>oslo", "Removed 2 2> id:2> city:paris> temp:21>" }));
        Assert.That(await Data.DiffRowsAsync(from, from, "a.csv", ["id"]).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Json_lines_are_compared_member_by_member_and_a_key_may_have_several()
    {
        var from = await PutAsync("a.jsonl", "{\"a\":1,\"b\":\"x\",\"v\":[1,2]}\n{\"a\":1,\"b\":\"y\",\"v\":1}\n");
        var to = await PutAsync("a.jsonl", "{\"a\":1,\"b\":\"x\",\"v\":[1,3],\"w\":null}\n{\"a\":1,\"b\":\"y\"}\n");
        Assert.That(await Data.DiffRowsAsync(from, to, "a.jsonl", ["a", "b"]).Select(Text).ToListAsync(),
            Is.EqualTo(new[] { "Changed 1,\"x\" 1>1 v:[1,2]>[1,3] w:>null", "Changed 1,\"y\" 2>2 v:1>" }));
    }

    [Test]
    public async Task A_file_that_one_version_lacks_counts_as_one_without_rows()
    {
        var without = await PutAsync("other", "x");
        var with = await PutAsync("a.csv", "id\n1\n2\n");
        Assert.That((await Data.DiffRowsAsync(without, with, "a.csv", ["id"]).ToListAsync()).Select(c => c.Kind), Is.EqualTo(new[] { RowChangeKind.Added, RowChangeKind.Added }));
        Assert.That((await Data.DiffRowsAsync(with, without, "a.csv", ["id"]).ToListAsync()).Select(c => c.Kind), Is.EqualTo(new[] { RowChangeKind.Removed, RowChangeKind.Removed }));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Data.DiffRowsAsync(without, with, "b.csv", ["id"]).ToListAsync());
    }

    [Test]
    public async Task What_cannot_be_compared_is_told()
    {
        var from = await PutAsync("a.csv", "id,v\n1,1\n");
        var twice = await PutAsync("a.csv", "id,v\n1,1\n2,2\n1,3\n");
        var list = await PutAsync("a.jsonl", "[1]\n");
        Assert.Multiple(() =>
        {
            Assert.That(Refused(twice, "a.csv", "id"), Does.Contain("'1' stands in the rows 1 and 3"));
            Assert.That(Refused(twice, "a.csv", "nothing"), Does.Contain("has no 'nothing', which is to be its key. It has 'id', 'v'"));
            Assert.That(Refused(list, "a.jsonl", "id"), Does.Contain("no JSON object"));
            Assert.That(Refused(twice, "a.parquet", "id"), Does.Contain("neither by its name"));
            Assert.That(Refused(twice, "a.csv"), Does.Contain("at least one column"));
        });

        string Refused(DatasetVersion to, string path, params string[] key) => Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Data.DiffRowsAsync(from, to, path, key).ToListAsync())!.Message;
    }

    [Test]
    public async Task Files_larger_than_the_memory_are_parted_and_the_changes_are_the_same_and_nothing_is_left_behind()
    {
        var random = new Random(3);
        var rows = Effort.Of(8_000, 400_000);
        string Table(Func<int, string?> line) => "id,text\n" + string.Concat(Enumerable.Range(0, rows).OrderBy(_ => random.Next()).Select(i => line(i) is { } text ? $"{i},{text}\n" : ""));
        var from = await PutAsync("a.csv", Table(i => i % 1000 == 1 ? null : $"some text of row {i} that makes it longer than a number so that the files are large"));
        var to = await PutAsync("a.csv", Table(i => i % 1000 == 2 ? null : $"some text of row {i} that makes it longer than a number so that the files are {(i % 1000 == 3 ? "changed" : "large")}"));
        var before = Directory.GetDirectories(Path.GetTempPath(), "mlops-rows-*").Length;
        var parted = await Data.DiffRowsAsync(from, to, "a.csv", ["id"], new RowDiffOptions { Memory = RowDiffOptions.LeastMemory }).Select(Text).ToListAsync();
        var whole = await Data.DiffRowsAsync(from, to, "a.csv", ["id"], new RowDiffOptions { Memory = 1L << 40 }).Select(Text).ToListAsync();
        Assert.Multiple(() =>
        {
            Assert.That(parted, Is.EquivalentTo(whole));
            Assert.That(whole.GroupBy(c => c[0]).Select(g => (g.Key, g.Count())), Is.EquivalentTo(new[] { ('A', rows / 1000), ('R', rows / 1000), ('C', rows / 1000) }));
            Assert.That(Directory.GetDirectories(Path.GetTempPath(), "mlops-rows-*"), Has.Length.LessThanOrEqualTo(before));
        });
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Data.DiffRowsAsync(from, to, "a.csv", ["id"], new RowDiffOptions { Memory = 1 }).ToListAsync());
    }

    private ValueTask<DatasetVersion> PutAsync(string path, string text) => Data.CommitAsync("rows", DatasetChange.Whole().PutText(path, text));

    private static string Text(RowChange change) =>
        $"{change.Kind} {string.Join(',', change.Key)} {change.BeforeRow}>{change.AfterRow} {string.Join(' ', change.Cells.Select(c => $"{c.Column}:{c.Before}>{c.After}"))}";

    public sealed record Ride(int Id, double Temp);

    [JsonSerializable(typeof(Ride))]
    private sealed partial class RowsJson : JsonSerializerContext;
}
