using System.Text;
using System.Text.RegularExpressions;

namespace MLOps.Architecture;

public sealed partial class RepositoryTests
{
    // Put together here so that this file does not hold what it forbids.
    private static readonly string[] s_registries = [.. new[] { "nuget", "npmjs", "pypi", "crates", "pythonhosted" }.Select(n => n + "."), "pkgs.dev." + "azure"];
    private static readonly string s_workplace = "/" + "work" + "/";

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    [Test]
    public async Task No_file_names_a_package_registry_or_a_path_of_one_machine()
    {
        var hosts = new Regex(string.Join('|', s_registries.Select(r => $@"(?<![\w-]){Regex.Escape(r)}(org|io|com|net)\b")), RegexOptions.IgnoreCase);
        var found = new List<string>();
        foreach (var file in Repository.Files())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            if (bytes.AsSpan().Contains((byte)0)) continue;
            var text = Encoding.UTF8.GetString(bytes);
            if (hosts.Match(text) is { Success: true } host) found.Add($"{file}: {host.Value}");
            if (Paths().Matches(text).Any(m => m.Value == s_workplace)) found.Add($"{file}: {s_workplace}");
        }

        Assert.That(found, Is.Empty);
    }

    [Test]
    public async Task A_source_file_holds_one_public_type_and_bears_its_name()
    {
        var found = new List<string>();
        foreach (var file in Sources())
        {
            var types = PublicTypes().Matches(await File.ReadAllTextAsync(file)).Select(m => m.Groups["name"].Value).Distinct().ToList();
            var name = Path.GetFileNameWithoutExtension(file).Split('.')[0];
            // FeatureSchemas.cs holds the static companion of FeatureSchema<T>: the plural names a generic type's other half.
            if (types.Count > 1 || (types is [var one] && one != name && one + "s" != name)) found.Add($"{Path.GetRelativePath(Repository.Root, file)}: {string.Join(", ", types)}");
        }

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Files_stay_short()
    {
        var lengths = Sources().Select(f => (Lines: File.ReadLines(f).Count(), File: Path.GetRelativePath(Repository.Root, f))).OrderBy(f => f.Lines).ToList();
        var (median, p90) = (lengths[lengths.Count / 2].Lines, lengths[lengths.Count * 9 / 10].Lines);
        TestContext.Out.WriteLine($"{lengths.Count} files: median {median} lines, p90 {p90}; longest {string.Join(", ", lengths.TakeLast(5).Select(f => $"{f.File} {f.Lines}"))}");
        Assert.Multiple(() =>
        {
            Assert.That(median, Is.LessThanOrEqualTo(80));
            Assert.That(p90, Is.LessThanOrEqualTo(250));
            Assert.That(lengths[^1].Lines, Is.LessThanOrEqualTo(400), $"{lengths[^1].File}: ask which second noun lives there");
        });
    }

    [GeneratedRegex(@"(?<![\w.\-*])/\w+/")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|struct|interface|enum|record(?: struct| class)?|delegate [\w<>?\[\], ]+?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicTypes();
}
