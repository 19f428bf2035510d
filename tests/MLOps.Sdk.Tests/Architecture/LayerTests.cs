namespace MLOps.Architecture;

public sealed class LayerTests
{
    private static readonly Layers s_house = new("MLOps", "MLOps.Sdk");
    private static readonly Lazy<IReadOnlyList<string>> s_planted = new(FindPlanted);

    [Test]
    public void No_room_names_a_room_above_or_beside_it()
    {
        string[] ours = ["MLOps.Sdk.Abstractions", "MLOps.Sdk"];
        var uses = ours.SelectMany(name => UsesOf(Path.Combine(AppContext.BaseDirectory, name + ".dll"))).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(uses, Has.Count.GreaterThan(1000), "the assemblies were not read");
            Assert.That(s_house.Violations(uses, ours), Is.Empty);
        });
    }

    [Test]
    public void Every_type_stands_in_a_room_of_the_house()
    {
        string[] ours = ["MLOps.Sdk.Abstractions", "MLOps.Sdk"];
        var strangers = ours
            .SelectMany(name => System.Reflection.Assembly.Load(name).GetTypes())
            .Where(t => !t.IsNested && !IsGenerated(t))
            .Where(t => s_house.RoomOf(new(t.Assembly.GetName().Name!, t.Namespace ?? "", t.Name)) is not { } room || !s_house.IsKnown(room))
            .Select(t => t.FullName);
        Assert.That(strangers, Is.Empty);
    }

    [Test]
    public void The_endpoints_and_the_health_checks_of_a_web_application_never_name_each_other()
    {
        const string ours = "MLOps.Sdk.AspNetCore";
        var web = new Layers("MLOps.AspNetCore", ours, [["Problems"], ["Endpoints", "Health"], ["roof"]]);
        var uses = UsesOf(Requirement.Built("src/" + ours, ours));
        Assert.Multiple(() =>
        {
            Assert.That(uses, Has.Count.GreaterThan(100), "the assembly was not read");
            Assert.That(uses.Select(u => web.RoomOf(u.From)).OfType<string>().Where(room => !web.IsKnown(room)), Is.Empty);
            Assert.That(web.Violations(uses, [ours]), Is.Empty);
        });
    }

    [TestCase("Field")]
    [TestCase("ArrayField")]
    [TestCase("MethodBody")]
    [TestCase("GenericArgument")]
    [TestCase("GenericMethodArgument")]
    [TestCase("Constraint")]
    [TestCase("Lambda")]
    [TestCase("AsyncBody")]
    [TestCase("IteratorBody")]
    [TestCase("CaughtException")]
    [TestCase("BaseType")]
    [TestCase("AttributeType")]
    [TestCase("AttributeArgument")]
    [TestCase("Parameter")]
    [TestCase("TypeOf")]
    [TestCase("NestedType")]
    [TestCase("Sibling")]
    public void A_planted_violation_is_found(string kind)
    {
        var violations = s_planted.Value.Where(v => v.Contains($"Planted.Data.{kind} ->", StringComparison.Ordinal) || v.Contains($"Planted.Serving.{kind} ->", StringComparison.Ordinal));
        Assert.That(violations, Is.Not.Empty);
    }

    [Test]
    public void Naming_a_room_beneath_is_no_violation() =>
        Assert.That(s_planted.Value, Has.None.Contains("Downstairs"));

    private static IReadOnlyList<string> FindPlanted()
    {
        var assembly = typeof(LayerTests).Assembly;
        return new Layers("Planted", assembly.GetName().Name!).Violations(UsesOf(assembly.Location), [assembly.GetName().Name!]);
    }

    private static List<CompiledUse> UsesOf(string path)
    {
        using var assembly = new CompiledAssembly(path);
        return [.. assembly.Uses()];
    }

    private static bool IsGenerated(Type type) =>
        type.Name.StartsWith('<') || type.Namespace is null
        || type.Namespace.StartsWith("System.", StringComparison.Ordinal) || type.Namespace.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false);
}
