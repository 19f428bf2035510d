using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MLOps.Statistics;

/// <summary>
/// Every example in the documentation of this room is compiled and run, and what its comments say is what comes out: of <c>Console.WriteLine(x); // 0.25</c> and
/// <c>double x = ...; // 0.25</c> the number (to the digits given) or True. An algorithm without an example fails a test.
/// </summary>
public sealed partial class DocumentationExampleTests
{
    private static readonly Lazy<List<(string Member, string Code)>> s_examples = new(Read);
    private static readonly Lazy<Assembly> s_compiled = new(Compile);

    private static IEnumerable<string> Members => s_examples.Value.Select(example => example.Member);

    [TestCaseSource(nameof(Members))]
    public void An_example_runs_and_gives_what_its_comments_say(string member)
    {
        var checks = 0;
        var index = s_examples.Value.FindIndex(example => example.Member == member);
        Action<object, string> check = (value, expected) =>
        {
            checks++;
            if (value is bool truth) Assert.That(truth, Is.EqualTo(bool.Parse(expected)), member);
            else Assert.That(Number(value), Is.EqualTo(double.Parse(expected, CultureInfo.InvariantCulture)).Within(Tolerance(expected)), member);
        };
        try
        {
            s_compiled.Value.GetType("Examples")!.GetMethod($"Example{index}")!.Invoke(null, [check]);
        }
        catch (TargetInvocationException failed)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.InnerException!);
        }

        Assert.That(checks, Is.Positive, $"The example of {member} says nowhere what comes out: end a line with a comment that begins with the number, or with True.");
    }

    [Test]
    public void Every_algorithm_has_an_example()
    {
        var code = string.Join('\n', s_examples.Value.Select(example => example.Code));
        var missing = new List<string>();
        foreach (var type in typeof(TwoSample).Assembly.GetExportedTypes().Where(type => type.Namespace == "MLOps.Statistics" && !type.IsEnum && !type.IsInterface))
        {
            var name = type.Name.Split('`')[0];
            var own = type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => !method.IsSpecialName && !s_ofEveryRecord.Contains(method.Name)).Select(method => method.Name).Distinct().ToList();
            if (type is { IsAbstract: true, IsSealed: true }) missing.AddRange(own.Select(method => $"{name}.{method}").Where(method => !Regex.IsMatch(code, $@"\b{method}(<\w+>)?\(")));
            // A record without methods of its own is a result or options.
            else if (own.Count > 0 && !Regex.IsMatch(code, $@"\b{name}\b")) missing.Add(name);
        }

        Assert.That(missing, Is.Empty, "No example calls or shows these");
    }

    private static readonly HashSet<string> s_ofEveryRecord = ["Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$", "Contains"];

    private static double Number(object value) => value switch
    {
        Interval interval => interval.Estimate,
        CardinalityEstimate estimate => estimate.Value,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    private static double Tolerance(string number)
    {
        var point = number.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 1e-9 : 0.51 * Math.Pow(10, point + 1 - number.Length);
    }

    private static List<(string, string)> Read()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(TwoSample).Assembly.Location, ".xml"));
        return [.. from member in documentation.Descendants("member")
                   let name = member.Attribute("name")!.Value
                   where name.Split('(')[0].Contains(":MLOps.Statistics.", StringComparison.Ordinal)
                   from example in member.Descendants("example")
                   select (name, Dedented(example.Value))];
    }

    private static string Dedented(string code) => string.Join('\n', code.Trim('\n').Split('\n').Select(line => line.Trim()));

    private static Assembly Compile()
    {
        var methods = s_examples.Value.Select((example, i) => $"// {example.Member}\npublic static void Example{i}(Action<object, string> check) {{\n{Checked(example.Code)}\n}}");
        var source = $"using System; using System.Collections.Generic; using System.Linq; using System.Text; using MLOps; using MLOps.Statistics;\npublic static class Examples {{\n{string.Join('\n', methods)}\n}}";
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        using var image = new MemoryStream();
        var result = CSharpCompilation.Create("Examples", [CSharpSyntaxTree.ParseText(source)], references, new(OutputKind.DynamicallyLinkedLibrary)).Emit(image);
        var lines = source.Split('\n');
        Assert.That(result.Success, string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => $"{found.GetMessage(CultureInfo.InvariantCulture)}: {lines[found.Location.GetLineSpan().StartLinePosition.Line]}")));
        return Assembly.Load(image.ToArray());
    }

    private static string Checked(string code) => Declared().Replace(Printed().Replace(code, "check($1, \"$2\");"), "$0\ncheck($1, \"$2\");");

    [GeneratedRegex(@"^Console\.WriteLine\((.*)\);\s*// (-?\d+(?:,\d{3})*(?:\.\d+)?|[Tt]rue|[Ff]alse)\b.*$", RegexOptions.Multiline)]
    private static partial Regex Printed();

    [GeneratedRegex(@"^(?:var|\w+) (\w+) = .*;\s*// (-?\d+(?:,\d{3})*(?:\.\d+)?|[Tt]rue|[Ff]alse)\b.*$", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
