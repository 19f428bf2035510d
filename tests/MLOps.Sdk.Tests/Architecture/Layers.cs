namespace MLOps.Architecture;

/// <summary>
/// The order of the rooms, roof to ground: a room names itself and rooms beneath it, never one above or beside it.
/// </summary>
/// <param name="root">The namespace under which the rooms lie.</param>
/// <param name="roofAssembly">The assembly whose types right in the root namespace are the roof; in any other they are the ground.</param>
/// <param name="floors">The rooms, ground to roof, those beside each other together; the house of MLOps.Sdk by default.</param>
internal sealed class Layers(string root, string roofAssembly, string[][]? floors = null)
{
    private const string Extensions = "Microsoft.Extensions.DependencyInjection";
    private const string Ground = "ground";
    private const string Roof = "roof";

    private static readonly string[][] s_floors =
    [
        [Ground],
        ["Storage", "Statistics", "Charts"],
        ["Records"],
        ["Data"],
        ["Experiments"],
        ["Models"],
        ["Predictions"],
        ["Serving", "Monitoring"],
        ["Delivery"],
        ["Pipelines"],
        [Roof],
    ];

    private readonly Dictionary<string, int> _floorOf =
        (floors ?? s_floors).SelectMany((rooms, floor) => rooms.Select(room => (room, floor))).ToDictionary(r => r.room, r => r.floor);

    /// <summary>The room of a type of ours; null for one that a compiler or a source generator put outside every room, and for foreign ones.</summary>
    public string? RoomOf(CompiledType type)
    {
        if (type.Namespace == root) return type.Assembly == roofAssembly ? Roof : Ground;
        if (type.Namespace == Extensions) return Roof;
        return type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..].Split('.')[0] : null;
    }

    /// <summary>A sentence for every use that breaks the order.</summary>
    /// <param name="uses">The uses.</param>
    /// <param name="ours">The assemblies whose types lie in rooms.</param>
    public IReadOnlyList<string> Violations(IEnumerable<CompiledUse> uses, IReadOnlyCollection<string> ours) =>
    [
        .. (from use in uses
            where ours.Contains(use.From.Assembly) && ours.Contains(use.To.Assembly)
            let @from = RoomOf(use.From)
            let to = RoomOf(use.To)
            where @from is not null && to is not null && !MayName(@from, to)
            select $"{@from} names {to}: {use.From} -> {use.To} ({use.Where})").Distinct().Order(StringComparer.Ordinal),
    ];

    public bool IsKnown(string room) => _floorOf.ContainsKey(room);

    private bool MayName(string from, string to) =>
        from == to || (_floorOf.TryGetValue(from, out var above) && _floorOf.TryGetValue(to, out var below) && below < above);
}
