using MLOps.Records;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class EveryBackendRunsEverySuiteTests
{
    /// <summary>Seam, and the fixture that proves a backend of it: its type argument names the backend.</summary>
    private static readonly (Type Seam, Type Fixture)[] Suites =
    [
        (typeof(IBlobStore), typeof(BlobStoreConformanceTests<>)),
        (typeof(IRecordStore), typeof(RecordStoreConformanceTests<>)),
        (typeof(IStreamStore), typeof(StreamStoreConformanceTests<>)),
    ];

    /// <summary>They only pass on to a backend what they are given, and have tests of their own.</summary>
    private static readonly Type[] Decorators = [typeof(AuditedRecordStore)];

    [Test]
    public void Every_backend_of_the_library_has_a_fixture_for_every_seam_it_implements() =>
        Assert.That(Unproved(typeof(MemoryBlobStore).Assembly.GetTypes().Except(Decorators), GetType().Assembly.GetTypes()), Is.Empty);

    [Test]
    public void A_backend_without_a_fixture_is_told() =>
        Assert.That(
            Unproved([typeof(MemoryBlobStore), typeof(Relational.RelationalStore)], [typeof(MemoryBlobStoreTests), typeof(Sqlite.SqliteRecordStoreTests)]),
            Is.EqualTo(new[] { "RelationalStore has no StreamStoreConformanceTests" }));

    [Test]
    public void Each_exempted_decorator_exists_and_is_not_public() =>
        Assert.That(Decorators.Where(d => d.IsPublic || !Suites.Any(s => s.Seam.IsAssignableFrom(d))), Is.Empty);

    private static IEnumerable<string> Unproved(IEnumerable<Type> types, IReadOnlyCollection<Type> tests) =>
        from backend in types
        where backend is { IsClass: true, IsAbstract: false }
        from suite in Suites
        where suite.Seam.IsAssignableFrom(backend)
        let fixture = suite.Fixture.MakeGenericType(backend)
        where !tests.Any(t => !t.IsAbstract && t.IsSubclassOf(fixture))
        select $"{backend.Name} has no {suite.Fixture.Name.Split('`')[0]}";
}
