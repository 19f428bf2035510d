using MLOps.Storage;
using MLOps.Tests.Histories;

namespace MLOps.Experiments;

public sealed class RunFilterTests
{
    private static IEnumerable<TestCaseData> Read()
    {
        yield return Case("metrics.rmse < 0.5", Filter.Less("metrics.rmse", 0.5));
        yield return Case("metrics.rmse<-1e-3", Filter.Less("metrics.rmse", -1e-3));
        yield return Case("METRIC.rmse.min >= inf", Filter.AtLeast("metrics.rmse.min", double.PositiveInfinity));
        yield return Case("params.lr = '0.1'", Filter.Equal("params.lr", "0.1"));
        yield return Case("param.lr == 0.1", Filter.Equal("params.lr", 0.1));
        yield return Case("parameters.lr in ('a', 2,\"it\"\"s\")", Filter.In("params.lr", "a", 2, "it\"s"));
        yield return Case("tags.team = 'it''s'", Filter.Equal("tags.team", "it's"));
        yield return Case("tags.\"a b\" like 'x%'", Filter.Like("tags.a b", "x%"));
        yield return Case("metrics.`val (5)`.max > 1", Filter.Greater("metrics.val (5).max", 1));
        yield return Case("metrics.train/loss@1#x:y-z%.mean <= 1", Filter.AtMost("metrics.train/loss@1#x:y-z%.mean", 1));
        yield return Case("tags.a is null", Filter.Not(Filter.Exists("tags.a")));
        yield return Case("tags.a IS NOT NULL", Filter.Exists("tags.a"));
        yield return Case("tags.a != 'x'", Filter.And(Filter.Exists("tags.a"), Filter.Not(Filter.Equal("tags.a", "x"))));
        yield return Case("tags.a <> 'x'", Filter.And(Filter.Exists("tags.a"), Filter.Not(Filter.Equal("tags.a", "x"))));
        yield return Case("params.a not in (1)", Filter.And(Filter.Exists("params.a"), Filter.Not(Filter.In("params.a", 1))));
        yield return Case("params.a not like '_'", Filter.And(Filter.Exists("params.a"), Filter.Not(Filter.Like("params.a", "_"))));
        yield return Case("metrics.a between 1 and 2 and tags.b = 'c'", Filter.And(Filter.And(Filter.AtLeast("metrics.a", 1), Filter.AtMost("metrics.a", 2)), Filter.Equal("tags.b", "c")));
        yield return Case("tags.a = 'x' or tags.b = 'y' and not tags.c = 'z'", Filter.Or(Filter.Equal("tags.a", "x"), Filter.And(Filter.Equal("tags.b", "y"), Filter.Not(Filter.Equal("tags.c", "z")))));
        yield return Case("(tags.a = 'x' or tags.b = 'y') and tags.c = 'z'", Filter.And(Filter.Or(Filter.Equal("tags.a", "x"), Filter.Equal("tags.b", "y")), Filter.Equal("tags.c", "z")));
        yield return Case("status = 'running'", Filter.Equal("attributes.status", "Running"));
        yield return Case("attributes.run_id = 'x'", Filter.Equal("attributes.id", "x"));
        yield return Case("start_time >= '2026-01-31'", Filter.AtLeast("attributes.started", FieldValue.Of(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero))));
        yield return Case("ended < 1700000000000", Filter.Less("attributes.ended", 1.7e12));
        yield return Case("datasets.bike = 'abc'", Filter.Equal("datasets.bike", "abc"));

        static TestCaseData Case(string text, Filter filter) => new TestCaseData(text, filter).SetArgDisplayNames(text);
    }

    [TestCaseSource(nameof(Read))]
    public void Text_means_what_the_same_objects_mean(string text, Filter expected) => Assert.That(Shown(RunFilter.Parse(text)), Is.EqualTo(Shown(expected)));

    [TestCase("", "position 1: expected a field", "found the end")]
    [TestCase("metrics", "position 1: expected a field", "'metrics'")]
    [TestCase("metrics.", "position 9: expected the name", "found the end")]
    [TestCase("metrix.a = 1", "position 1: expected a field", "'metrix.a'")]
    [TestCase("metrics.a", "position 10: expected an operator", "found the end")]
    [TestCase("metrics.a = 'x'", "position 13: expected a number", "the text 'x'")]
    [TestCase("metrics.a = nan", "position 13: expected a number", "'nan'")]
    [TestCase("tags.a = 1", "position 10: expected a text in quotes", "'1'")]
    [TestCase("tags.a = 'x", "position 12: expected the quote '", "found the end")]
    [TestCase("tags.a = 'x' tags.b = 'y'", "position 14: expected AND, OR or the end", "'tags.b'")]
    [TestCase("(tags.a = 'x'", "position 14: expected AND, OR or ')'", "found the end")]
    [TestCase("tags.a in ()", "position 12: expected a text", "')'")]
    [TestCase("tags.a in ('x' 'y')", "position 16: expected ',' and another value, or ')'", "the text 'y'")]
    [TestCase("metrics.a between 1 or 2", "position 21: expected AND and the upper end", "'or'")]
    [TestCase("metrics.a like 'x'", "position 11: expected a comparison of numbers", "LIKE")]
    [TestCase("tags.a like 'x\\'", "position 13: expected a pattern", "the text 'x\\'")]
    [TestCase("tags.a is x", "position 11: expected NULL or NOT NULL", "'x'")]
    [TestCase("tags.a not x", "position 12: expected IN, BETWEEN or LIKE", "'x'")]
    [TestCase("attributes.naem = 'x'", "position 12: expected an attribute", "'naem'")]
    [TestCase("status = 'done'", "position 10: expected one of 'Running'", "the text 'done'")]
    [TestCase("started > 'soon'", "position 11: expected a time", "the text 'soon'")]
    [TestCase("tags.a = 'x'; drop table runs", "position 13: expected a field, a value, an operator", "';'")]
    [TestCase("tags.a = 'x' --", "position 14: expected AND, OR or the end", "'--'")]
    public void An_error_names_the_position_what_was_expected_and_what_was_found(string text, string expected, string found)
    {
        var message = Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse(text))!.Message;
        Assert.That(message, Does.Contain(expected).And.Contains(found));
    }

    [Test]
    public void Depth_length_and_number_are_bounded()
    {
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse(new string('(', 10_000)));
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse(string.Concat(Enumerable.Repeat("not ", 3000)) + "tags.a = 'x'"));
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse(string.Join(" or ", Enumerable.Repeat("tags.a='x'", 900))));
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse(new string(' ', 20_000)));
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse($"tags.a in ({string.Join(',', Enumerable.Repeat("'x'", 1000))})"));
        Assert.Throws<MLOpsInvalidException>(() => RunFilter.Parse($"tags.{new string('a', 1000)} = 'x'"));
        Assert.DoesNotThrow(() => RunFilter.Parse(string.Concat(Enumerable.Repeat("(", 12)) + "tags.a = 'x'" + new string(')', 12)));
        Assert.DoesNotThrow(() => RunFilter.Parse(string.Join(" and ", Enumerable.Repeat("tags.a != 'x'", 200))));
    }

    [Test]
    public async Task Whatever_text_comes_it_is_a_condition_that_a_store_takes_or_an_error_with_a_position()
    {
        await using var store = new TestStore(Backend.Memory);
        string[] words =
        [
            "metrics.a", "params.b", "tags.c", "attributes.status", "datasets.d", "status", "tags.", "\"x y\"", "`q`", "'te''xt'", "0.5", "-1e9", "inf", "nan", "and", "OR", "not", "in", "between", "like",
            "is", "null", "(", ")", ",", "=", "!=", "<>", "<=", ">", "'%_\\'", "'\0'", "\ud800", "'\ud800'", ";", "--", "/*", "漢", "😀", "\u202e", " ", "\n", "'", "\"", "<script>",
        ];
        var random = new Random(5);
        var read = 0;
        for (var i = 0; i < Effort.Of(20_000, 400_000); i++)
        {
            var text = random.Next(2) == 0 ? RandomRunFilter.Next(random, 2).Text : string.Join(" ", Enumerable.Range(0, random.Next(1, 14)).Select(_ => words[random.Next(words.Length)]));
            for (var changes = random.Next(3); changes > 0 && text.Length > 0; changes--)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) == 0 ? text.Remove(at, Math.Min(text.Length - at, random.Next(1, 6))) : text.Insert(at, words[random.Next(words.Length)]);
            }

            try
            {
                var filter = RunFilter.Parse(text);
                read++;
                if (read % 20 == 0) await store.Tracker.QueryRunsAsync(new() { Filter = filter }).CountAsync();
            }
            catch (MLOpsInvalidException error)
            {
                Assert.That(error.Message, Does.Match("at position [0-9]+: expected .+, found .+").Or.Contain("Runs have no field"), text);
            }
        }

        Assert.That(read, Is.GreaterThan(1000), "some of it made sense");
    }

    /// <summary>Lists compare by reference: what a filter says is compared as text.</summary>
    private static string Shown(Filter filter) => filter switch
    {
        AndFilter and => $"({string.Join(" and ", and.Filters.Select(Shown))})",
        OrFilter or => $"({string.Join(" or ", or.Filters.Select(Shown))})",
        NotFilter not => $"not {Shown(not.Inner)}",
        InFilter among => $"{among.Field} in {string.Join(",", among.Values.Select(v => (v.IsText ? "'" : "") + v))}",
        _ => filter.ToString(),
    };
}
