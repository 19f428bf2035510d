using MLOps.Tests.Histories;

namespace MLOps.Tests.Storage;

sealed class SqliteQueryEquivalenceTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Random_queries_give_what_a_look_at_every_record_gives([Values(1, 2, 3)] int seed, CancellationToken token)
    {
        await using var file = new SqliteFile();
        await QueryEquivalence.OfRandomQueriesAsync(seed, file.Open(), token);
    }

    [Test]
    public async Task A_walk_that_is_tried_gives_the_same_page_whether_it_fills_it_or_not()
    {
        await using var file = new SqliteFile();
        await QueryEquivalence.OfWideConditionsAsync(file.Open(), default);
    }

    [Test]
    public async Task A_filter_as_large_and_deep_as_the_rules_allow_is_answered()
    {
        await using var file = new SqliteFile();
        await QueryEquivalence.OfLargeAndDeepFiltersAsync(file.Open(), default);
    }
}
