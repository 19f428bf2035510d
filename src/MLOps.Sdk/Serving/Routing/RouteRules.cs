using System.Globalization;

namespace MLOps.Serving;

/// <summary>What must hold of a route before anybody obeys it.</summary>
internal static class RouteRules
{
    /// <exception cref="MLOpsInvalidException">It does not hold; the message says what.</exception>
    public static Route Require(Route route)
    {
        Name.Require(route.Model, "model name");
        Name.Require(route.Alias, "alias");
        if (string.IsNullOrEmpty(route.Salt)) throw Broken(route, "it has no salt: give the deployment's id");
        if (route.Arms.Count is 0 or > 100) throw Broken(route, "it needs 1 to 100 arms");
        foreach (var arm in route.Arms)
        {
            Name.Require(arm.Name, "arm name");
            if (arm.Share is < 0 or > Route.Whole) throw Broken(route, $"the arm '{arm.Name}' has the share {Text(arm.Share)}, and 0 to {Text(Route.Whole)} is allowed");
            if (arm.Number is null ? arm != route.Arms[0] : arm.Number < 1) throw Broken(route, $"the arm '{arm.Name}' names no version, and only the first arm may follow the alias");
        }

        if (route.Shadow is { } shadow && (shadow.Number < 1 || shadow.Share is < 0 or > Route.Whole || double.IsNaN(shadow.Tolerance) || shadow.Tolerance < 0))
            throw Broken(route, $"the shadow '{Name.Shown(shadow.Name)}' needs a version, a share of 0 to {Text(Route.Whole)} and a tolerance that is not negative");
        if (route.Shadow is { Name: var name }) Name.Require(name, "arm name");
        var names = route.Arms.Select(a => a.Name).Concat(route.Shadow is null ? [] : [route.Shadow.Name]).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw Broken(route, $"two of its arms have one name: {string.Join(", ", names)}");
        if (route.Arms.Sum(a => a.Share) != Route.Whole) throw Broken(route, $"the shares of its arms sum up to {Text(route.Arms.Sum(a => a.Share))}, not to {Text(Route.Whole)}");
        if (route.Rules.Count > 1000) throw Broken(route, $"it has {Text(route.Rules.Count)} rules, and at most 1000 are allowed");
        foreach (var rule in route.Rules)
        {
            if (!route.Arms.Any(a => a.Name == rule.Arm)) throw Broken(route, $"a rule names the arm '{Name.Shown(rule.Arm)}', which it does not have");
            if (string.IsNullOrEmpty(rule.Value)) throw Broken(route, "a rule has no value to compare with");
            if (rule.Kind is RouteRuleKind.Header == string.IsNullOrWhiteSpace(rule.Header)) throw Broken(route, "a rule of the kind Header, and no other, names a header");
        }

        if (route.Limits is { ErrorsInARow: < 1 } or { NotFinite: < 1 } or { CallsInside: < 1 } || route.Limits.SlowAfter <= TimeSpan.Zero) throw Broken(route, "one of its limits is not above zero");
        return route;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MLOpsInvalidException Broken(Route route, string why) => new($"The route of '{Name.Shown(route.Model)}' as '{Name.Shown(route.Alias)}' is not valid: {why}.");
}
