namespace MLOps.Models;

/// <summary>Compares who acts. Without regard to case: "Ana" and "ana" are no two people.</summary>
internal static class Actors
{
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static bool Same(string one, string other) => Comparer.Equals(one, other);

    public static bool Contains(IReadOnlyList<string> actors, string actor) => actors.Contains(actor, Comparer);
}
