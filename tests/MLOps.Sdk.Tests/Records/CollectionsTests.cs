using System.Reflection;

namespace MLOps.Records;

public sealed class CollectionsTests
{
    private static readonly string[] s_names = [.. typeof(Collections).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    [Test]
    public void No_room_spells_the_name_of_a_collection_itself()
    {
        var spelled = from file in Directory.EnumerateFiles(Repository.At("src/MLOps.Sdk"), "*.cs", SearchOption.AllDirectories)
                      where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                      where Path.GetFileName(file) != "Collections.cs"
                      let text = string.Join('\n', File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("///", StringComparison.Ordinal)))
                      from name in s_names
                      where text.Contains($"\"{name}\"", StringComparison.Ordinal)
                      select $"{Path.GetRelativePath(Repository.Root, file)}: {name}";
        Assert.Multiple(() =>
        {
            Assert.That(s_names, Has.Length.GreaterThan(10).And.Unique);
            Assert.That(spelled, Is.Empty);
        });
    }

    [Test]
    public void Every_audited_collection_is_one_of_ours() => Assert.That(Collections.Audited, Is.Not.Empty.And.SubsetOf(s_names));
}
