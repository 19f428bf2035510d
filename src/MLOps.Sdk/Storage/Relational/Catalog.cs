using System.Collections.Concurrent;

namespace MLOps.Storage.Relational;

/// <summary>
/// The numbers of collections, field names and shapes. They never change once committed, so they are remembered; what a session in a
/// host's transaction sees may not be committed.
/// </summary>
internal sealed class Catalog
{
    private readonly ConcurrentDictionary<string, long> _collections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(long Collection, string Name), long> _names = new();
    private readonly ConcurrentDictionary<(long Collection, string Names), long> _shapes = new();
    private readonly ConcurrentDictionary<long, bool> _fullOfShapes = new();

    /// <summary>A collection's number, or null while it has never held a record.</summary>
    public async ValueTask<long?> CollectionAsync(Session session, string name, CancellationToken cancellationToken)
    {
        if (_collections.TryGetValue(name, out var known)) return known;
        var found = await session.IntegerAsync("select id from mlops_collection where name = @p0", [name], cancellationToken).ConfigureAwait(false);
        if (found is { } id && !session.IsEnlisted) _collections[name] = id;
        return found;
    }

    /// <summary>A field name's number, or null while no record of the collection has had it.</summary>
    public async ValueTask<long?> NameAsync(Session session, long collection, string name, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue((collection, name), out var known)) return known;
        var found = await FindNameAsync(session, collection, name, cancellationToken).ConfigureAwait(false);
        if (found is { } id && !session.IsEnlisted) _names[(collection, name)] = id;
        return found;
    }

    private static ValueTask<long?> FindNameAsync(Session session, long collection, string name, CancellationToken cancellationToken) => session.IntegerAsync(
        session.Dialect.TextKey("name") is { } key
            ? $"select id from mlops_name where collection = @p0 and {key} = {session.Dialect.TextKey("@p1")} and name = @p1"
            : "select id from mlops_name where collection = @p0 and name = @p1",
        [collection, name], cancellationToken);

    /// <summary>Begins giving numbers in a write transaction. They are remembered when it has committed.</summary>
    public Additions Begin() => new(this);

    internal sealed class Additions(Catalog catalog)
    {
        private readonly Dictionary<string, long> _newCollections = new(StringComparer.Ordinal);
        private readonly Dictionary<(long Collection, string Name), long> _newNames = [];
        private readonly Dictionary<(long Collection, string Names), long> _newShapes = [];
        private readonly HashSet<long> _newlyFull = [];

        public async ValueTask<long> CollectionAsync(Session session, string name, CancellationToken cancellationToken)
        {
            if (_newCollections.TryGetValue(name, out var id)) return id;
            // What is found inside this transaction may be its own addition, so it is remembered with the additions.
            if (catalog._collections.TryGetValue(name, out id)) return id;
            id = await session.IntegerAsync("select id from mlops_collection where name = @p0", [name], cancellationToken).ConfigureAwait(false)
                ?? (await session.IntegerAsync("insert into mlops_collection (name) values (@p0) returning id", [name], cancellationToken).ConfigureAwait(false))!.Value;
            return _newCollections[name] = id;
        }

        public async ValueTask<long> NameAsync(Session session, long collection, string name, CancellationToken cancellationToken)
        {
            if (_newNames.TryGetValue((collection, name), out var id)) return id;
            if (catalog._names.TryGetValue((collection, name), out id)) return id;
            id = await FindNameAsync(session, collection, name, cancellationToken).ConfigureAwait(false)
                ?? (await session.IntegerAsync("insert into mlops_name (collection, name) values (@p0, @p1) returning id", [collection, name], cancellationToken).ConfigureAwait(false))!.Value;
            return _newNames[(collection, name)] = id;
        }

        /// <summary>The number of a set of names, given as <see cref="Shapes.Text"/> writes it.</summary>
        public async ValueTask<long> ShapeAsync(Session session, long collection, string? names, CancellationToken cancellationToken)
        {
            if (names is null) return Shapes.Unknown;
            if (_newShapes.TryGetValue((collection, names), out var id) || catalog._shapes.TryGetValue((collection, names), out id)) return id;
            if (_newlyFull.Contains(collection) || catalog._fullOfShapes.ContainsKey(collection)) return Shapes.Unknown;
            var count = 0;
            await Shapes.ReadAsync(session, collection, (known, text) =>
            {
                count++;
                _newShapes[(collection, text)] = known;
            }, cancellationToken).ConfigureAwait(false);
            if (_newShapes.TryGetValue((collection, names), out id)) return id;
            if (count >= Shapes.Most)
            {
                _newlyFull.Add(collection);
                return Shapes.Unknown;
            }

            id = (await session.IntegerAsync("insert into mlops_shape (collection, names) values (@p0, @p1) returning id", [collection, names], cancellationToken).ConfigureAwait(false))!.Value;
            return _newShapes[(collection, names)] = id;
        }

        public void Committed()
        {
            foreach (var (shape, id) in _newShapes) catalog._shapes[shape] = id;
            foreach (var collection in _newlyFull) catalog._fullOfShapes[collection] = true;
            foreach (var (name, id) in _newCollections) catalog._collections[name] = id;
            foreach (var (name, id) in _newNames) catalog._names[name] = id;
        }
    }
}
