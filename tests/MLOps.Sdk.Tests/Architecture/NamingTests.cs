using System.Reflection;
using System.Text.Json.Serialization;

namespace MLOps.Architecture;

public sealed class NamingTests
{
    private static readonly string[] s_banned = ["Manager", "Helper", "Service", "Util", "Utils", "Impl", "Context", "Base"];

    private static IEnumerable<Type> Types() =>
        new[] { "MLOps.Sdk.Abstractions", "MLOps.Sdk", "MLOps.Sdk.Testing" }.SelectMany(name => Assembly.Load(name).GetTypes());

    [Test]
    public void No_type_hides_behind_a_word_that_says_nothing()
    {
        var found = Types().Where(t => !t.Name.Contains('<', StringComparison.Ordinal) && !typeof(JsonSerializerContext).IsAssignableFrom(Outermost(t)))
            .Where(t => Words(t.Name.Replace("ServiceCollection", "", StringComparison.Ordinal)).Any(s_banned.Contains)).Select(t => t.FullName);
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Every_public_async_member_takes_a_cancellation_token_last()
    {
        var found = from type in Types().Where(t => t.IsVisible)
                    from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    where IsAwaited(method.ReturnType) && !IsForeign(method) && method.Name != "DisposeAsync"
                    where !method.IsDefined(typeof(NUnitAttribute), true)
                    where method.GetParameters() is not [.., { ParameterType: var last }] || last != typeof(CancellationToken)
                    select $"{type}.{method.Name}";
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Every_public_async_method_says_so_in_its_name()
    {
        var found = from type in Types().Where(t => t.IsVisible)
                    from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    where IsAwaited(method.ReturnType) && !IsForeign(method) && !method.IsSpecialName
                    where !method.IsDefined(typeof(NUnitAttribute), true)
                    where !method.Name.EndsWith("Async", StringComparison.Ordinal)
                    select $"{type}.{method.Name}";
        Assert.That(found, Is.Empty);
    }

    private static bool IsAwaited(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask)) return true;
        return type.IsGenericType && type.GetGenericTypeDefinition() is var generic
            && (generic == typeof(Task<>) || generic == typeof(ValueTask<>) || generic == typeof(IAsyncEnumerable<>));
    }

    // A shape that an interface or a base class of the framework gives.
    private static bool IsForeign(MethodInfo method) =>
        method.GetBaseDefinition().DeclaringType?.Assembly.GetName().Name?.StartsWith("MLOps", StringComparison.Ordinal) is false
        || (method.DeclaringType is { IsInterface: false } type && type.GetInterfaces()
            .Where(i => i.Assembly.GetName().Name?.StartsWith("MLOps", StringComparison.Ordinal) is false)
            .Any(i => type.GetInterfaceMap(i).TargetMethods.Contains(method)));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<string> Words(string name)
    {
        var from = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && !char.IsAsciiLetterUpper(name[i])) continue;
            yield return name[from..i].Split('`')[0];
            from = i;
        }
    }
}
