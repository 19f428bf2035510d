using MLOps.Tests.Histories;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlQueryEquivalenceTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task Random_queries_give_what_a_look_at_every_record_gives([Values(4, 5)] int seed, CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var store = database.Open("things");
        await QueryEquivalence.OfRandomQueriesAsync(seed, store, token);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_walk_that_is_tried_gives_the_same_page_whether_it_fills_it_or_not(CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var store = database.Open("things");
        await QueryEquivalence.OfWideConditionsAsync(store, token);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_filter_as_large_and_deep_as_the_rules_allow_is_answered(CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var store = database.Open("things");
        await QueryEquivalence.OfLargeAndDeepFiltersAsync(store, token);
    }
}
