using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineageTests
{
    private readonly MemoryRecordStore _store = new();
    private readonly EntityRef _data = EntityRef.Dataset("d"), _run = EntityRef.Run("r"), _model = EntityRef.Model("m", 1);
    private readonly EntityRef _generation = new(EntityRef.GenerationKind, "0123456789abcdef");

    [SetUp]
    public async Task Remember()
    {
        await EdgeAsync(_data, _run, "training");
        await EdgeAsync(_run, _model, "produced");
        await EdgeAsync(_data, _model, "trained on");
        await EdgeAsync(_model, _generation, "served as champion");
    }

    [Test]
    public async Task Why_walks_from_a_prediction_back_to_the_data()
    {
        var why = await new Lineage(_store).WhyAsync(new EntityRef(EntityRef.PredictionKind, "p-0123456789abcdef-1"));

        Assert.That(Names(why), Is.EquivalentTo(new[] { "prediction:p-0123456789abcdef-1", "generation:0123456789abcdef", "model:m/1", "run:r", "dataset:d", "dataset:d" }));
    }

    [Test]
    public async Task Impact_walks_from_the_data_forward()
    {
        var impact = await new Lineage(_store).ImpactAsync(_data);

        Assert.That(Names(impact).Distinct(), Is.EquivalentTo(new[] { "dataset:d", "run:r", "model:m/1", "generation:0123456789abcdef" }));
    }

    [Test]
    public async Task A_circle_ends()
    {
        await EdgeAsync(_model, _data, "derived into");

        Assert.That(Names(await new Lineage(_store).WhyAsync(_model, depth: 64)), Has.Count.LessThan(12));
    }

    [Test]
    public async Task Depth_limits_the_walk()
    {
        Assert.That(Names(await new Lineage(_store).WhyAsync(_generation, depth: 1)), Is.EqualTo(new[] { "generation:0123456789abcdef", "model:m/1" }));
    }

    [Test]
    public async Task The_same_edge_twice_is_one()
    {
        await EdgeAsync(_run, _model, "produced");

        Assert.That((await new Lineage(_store).WhyAsync(_model, depth: 1)).Next, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_is_within_the_depth_on_the_shortest_way_is_found_whichever_way_is_walked_first([Range(0, 7)] int draw)
    {
        // The draw decides the ids of the edges, and so which of the two ways to c comes first.
        EntityRef a = EntityRef.Run($"a{draw}"), b = EntityRef.Run("b"), c = EntityRef.Run("c"), d = EntityRef.Run("d"), e = EntityRef.Run("e");
        foreach (var (source, target) in new[] { (b, a), (c, b), (c, a), (d, c), (e, d) }) await EdgeAsync(source, target, "made");

        var why = Names(await new Lineage(_store).WhyAsync(a, depth: 3));

        Assert.That(why, Does.Contain("run:e"), "three steps away by way of c");
        Assert.That(why.Count(n => n == "run:d"), Is.EqualTo(1), "c is expanded once");
    }

    [Test]
    public async Task An_edge_that_cannot_be_read_is_named()
    {
        var fields = new Dictionary<string, FieldValue> { ["target"] = "run:x" };
        await _store.CommitAsync(new RecordCommit("test", [new RecordPut(new RecordKey("lineage", "torn"), "[]"u8.ToArray(), fields)]));

        Assert.That(async () => await new Lineage(_store).WhyAsync(EntityRef.Run("x")), Throws.TypeOf<MLOpsIntegrityException>().With.Property("Key").EqualTo("lineage/torn"));
    }

    [Test]
    public async Task Siblings_come_in_order_of_time()
    {
        var run = EntityRef.Run("many");
        int[] minutes = [5, 1, 4, 2, 3];
        foreach (var minute in minutes) await EdgeAsync(run, EntityRef.Model("m", 10 + minute), "produced", DateTimeOffset.UnixEpoch.AddMinutes(minute));

        var next = (await new Lineage(_store).ImpactAsync(run)).Next;

        Assert.That(next.Select(n => n.Entity.Id), Is.EqualTo(["m/11", "m/12", "m/13", "m/14", "m/15"]));
        Assert.That(next[0].At, Is.EqualTo(DateTimeOffset.UnixEpoch.AddMinutes(1)));
    }

    [Test]
    public async Task The_deployments_that_used_a_bad_dataset_version_are_found()
    {
        await EdgeAsync(_model, EntityRef.Deployment("m", "champion", 1), "deployed as champion");
        await EdgeAsync(EntityRef.Model("m", 2), EntityRef.Deployment("m", "champion", 2), "deployed as champion");

        var impact = await new Lineage(_store).GraphAsync(_data, LineageDirection.Downstream);

        Assert.That(impact.OfKind(EntityRef.DeploymentKind), Is.EqualTo([new EntityRef("deployment", "m@champion/1")]));
    }

    [Test]
    public async Task Both_directions_leave_the_siblings_out()
    {
        await EdgeAsync(_run, EntityRef.Model("sibling", 1), "produced");

        var graph = await new Lineage(_store).GraphAsync(_model);

        Assert.That(graph.Entities(), Is.EquivalentTo([_model, _run, _data, _generation]));
    }

    [Test]
    public async Task A_frontier_wider_than_one_filter_is_walked_whole()
    {
        const int Wide = 1200;
        var edges = Enumerable.Range(1, Wide).SelectMany(i => new[]
        {
            LineageEdge.Of(_data, EntityRef.Run($"wide-{i}"), "training", DateTimeOffset.UnixEpoch), LineageEdge.Of(EntityRef.Run($"wide-{i}"), EntityRef.Model("wide", i), "produced", DateTimeOffset.UnixEpoch),
        });
        await _store.CommitAsync(new RecordCommit("test", [.. edges]));

        var impact = await new Lineage(_store).GraphAsync(_data, LineageDirection.Downstream);

        Assert.That(impact.OfKind(EntityRef.ModelKind), Has.Count.EqualTo(Wide + 1));
        Assert.That(impact.IsCut, Is.False);
    }

    [Test]
    public async Task A_walk_that_would_never_end_is_cut_and_says_so()
    {
        foreach (var part in Enumerable.Range(0, Lineage.MaxEdges + 1).Chunk(5000))
            await _store.CommitAsync(new RecordCommit("test", [.. part.Select(i => LineageEdge.Of(EntityRef.Run("hub"), EntityRef.Model("spoke", i + 1), "produced", DateTimeOffset.UnixEpoch))]));

        var (graph, tree) = (await new Lineage(_store).GraphAsync(EntityRef.Run("hub")), await new Lineage(_store).ImpactAsync(EntityRef.Run("hub")));

        Assert.That((graph.IsCut, graph.Edges.Count, tree.IsCut), Is.EqualTo((true, Lineage.MaxEdges, true)));
    }

    [Test]
    public void Both_directions_are_no_tree() =>
        Assert.That(() => new LineageGraph(_data, [], false).ToTree(LineageDirection.Both), Throws.TypeOf<MLOpsInvalidException>());

    [TestCase(0)]
    [TestCase(65)]
    public void A_depth_out_of_range_is_refused(int depth) =>
        Assert.That(async () => await new Lineage(_store).WhyAsync(_model, depth), Throws.TypeOf<MLOpsInvalidException>());

    private async Task EdgeAsync(EntityRef source, EntityRef target, string relation, DateTimeOffset at = default) =>
        await _store.CommitAsync(new RecordCommit("test", [LineageEdge.Of(source, target, relation, at)]));

    private static List<string> Names(LineageNode node) => [node.Entity.ToString(), .. node.Next.SelectMany(Names)];
}
