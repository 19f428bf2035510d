using System.Numerics;

namespace MLOps.Data.Upkeep;

/// <summary>
/// A small model of collections beside commits, names and removals of names. Each step of an actor is one access to the store: what lies between two
/// steps may be anything that others do. Chunks, packs and versions are bits.
/// </summary>
internal sealed class CollectionModel(CollectionModel.Flaw flaw = CollectionModel.Flaw.None)
{
    /// <summary>What is left out, to see that the model would notice.</summary>
    public enum Flaw
    {
        None,
        CommitsDoNotCheckTheEpoch,
        WritersRelyOnCondemnedPacks,
        NothingIsMarkedAgain,
        NamesDoNotCheckTheVersion,
        VersionsAreNotMarkedCollected,
        CollectorsDoNotCheckTheEpoch,
    }

    /// <summary>The store, and where each actor is.</summary>
    public sealed class World
    {
        public List<int> Packs { get; private init; } = [];

        public List<int> Versions { get; private init; } = [];

        public List<int> Revisions { get; private init; } = [];

        public int Exists { get; set; }

        public int Condemned { get; set; }

        public int Epoch { get; set; }

        public int Named { get; set; }

        public int Collected { get; set; }

        public int[][] Actors { get; init; } = [];

        public void Pack(int chunks)
        {
            Exists |= 1 << Packs.Count;
            Packs.Add(chunks);
        }

        public void Version(int chunks, bool named)
        {
            if (named) Named |= 1 << Versions.Count;
            Versions.Add(chunks);
            Revisions.Add(1);
        }

        public World Copy() => new()
        {
            Packs = [.. Packs], Versions = [.. Versions], Revisions = [.. Revisions], Exists = Exists, Condemned = Condemned, Epoch = Epoch, Named = Named, Collected = Collected,
            Actors = [.. Actors.Select(a => a.ToArray())],
        };

        public string Key() => $"{string.Join(',', Packs)}|{string.Join(',', Versions)}|{string.Join(',', Revisions)}|{Exists}|{Condemned}|{Epoch}|{Named}|{Collected}|{string.Join(';', Actors.Select(a => string.Join(',', a)))}";

        public int Live() => Bits(Named).Aggregate(0, (live, v) => live | Versions[v]);

        public int Stored(int packs) => Bits(packs).Aggregate(0, (chunks, p) => chunks | Packs[p]);
    }

    /// <summary>One step of an actor; false when it is at its end.</summary>
    public delegate bool Actor(World world, int[] me);

    /// <summary>Goes through every interleaving. Gives how many states there are and the first story that ends with a named version whose chunks are gone.</summary>
    public static (int States, string? Broken) Explore(World start, IReadOnlyList<(string Name, Actor Step)> actors)
    {
        var first = new World { Actors = [.. actors.Select(_ => new int[12])] };
        foreach (var pack in start.Packs) first.Pack(pack);
        for (var v = 0; v < start.Versions.Count; v++) first.Version(start.Versions[v], (start.Named >> v & 1) == 1);
        var seen = new HashSet<string> { first.Key() };
        var open = new Stack<(World World, string Story)>([(first, "")]);
        while (open.TryPop(out var at))
        {
            var moved = false;
            var overtaken = actors.Count(a => a.Name.StartsWith("collector", StringComparison.Ordinal)) > 1;
            for (var a = 0; a < actors.Count; a++)
            {
                var next = at.World.Copy();
                var pc = next.Actors[a][0];
                if (!actors[a].Step(next, next.Actors[a])) continue;
                moved = true;
                var story = $"{at.Story} {actors[a].Name}{pc}";
                if ((next.Live() & ~next.Stored(next.Exists)) != 0) return (seen.Count, story);
                if (seen.Add(next.Key())) open.Push((next, story));
            }

            // A collection that another overtook may leave a mark on what got a name meanwhile; the next one takes it away.
            if (!moved && !overtaken && (at.World.Named & at.World.Collected) != 0) return (seen.Count, at.Story + " ends with a named version that is marked collected");
        }

        return (seen.Count, null);
    }

    /// <summary>Commits a new version of some chunks, relying on what is stored.</summary>
    public Actor Writer(int chunks) => (w, me) =>
    {
        switch (me[0])
        {
            case 0: (me[1], me[2], me[0]) = (w.Epoch, flaw == Flaw.WritersRelyOnCondemnedPacks ? 0 : w.Condemned, 1); return true;
            case 1: (me[3], me[0]) = (w.Exists, 2); return true;
            case 2:
                var missing = chunks & ~w.Stored(me[3] & ~me[2]);
                if (missing != 0) w.Pack(missing);
                me[0] = 3;
                return true;
            case 3:
                if (w.Epoch == me[1] || flaw == Flaw.CommitsDoNotCheckTheEpoch) w.Version(chunks, named: true);
                me[0] = w.Epoch == me[1] || flaw == Flaw.CommitsDoNotCheckTheEpoch ? 9 : 0;
                return true;
            default: return false;
        }
    };

    /// <summary>Gives a version that it knows a tag, a branch or a pin; or merges it.</summary>
    public Actor Namer(int version) => (w, me) =>
    {
        switch (me[0])
        {
            case 0: (me[1], me[0]) = (w.Revisions[version], (w.Collected >> version & 1) == 1 ? 9 : 1); return true;
            case 1:
                var stands = w.Revisions[version] == me[1] || flaw == Flaw.NamesDoNotCheckTheVersion;
                if (stands) w.Named |= 1 << version;
                me[0] = stands ? 9 : 0;
                return true;
            default: return false;
        }
    };

    /// <summary>Takes a version's name away.</summary>
    public static Actor Forgetter(int version) => (w, me) =>
    {
        if (me[0] != 0) return false;
        w.Named &= ~(1 << version);
        me[0] = 9;
        return true;
    };

    /// <summary>Collects without any grace.</summary>
    public Actor Collector() => (w, me) =>
    {
        switch (me[0])
        {
            case 0: (me[1], me[2], me[0]) = (w.Epoch, w.Condemned, 1); return true;
            case 1: (me[3], me[0]) = (w.Exists, 2); return true;
            case 2:
                var live = w.Live();
                me[4] = me[2] & me[3];
                me[5] = 0;
                foreach (var p in Bits(me[3]))
                {
                    if ((w.Packs[p] & live) == w.Packs[p]) continue;
                    me[4] |= 1 << p;
                    me[5] |= w.Packs[p] & live;
                }

                me[0] = me[4] == 0 ? 99 : 3;
                return true;
            case 3:
                var copy = me[5] & ~w.Stored(me[3] & ~me[4]);
                if (copy != 0) w.Pack(copy);
                me[0] = 4;
                return true;
            case 4:
                if (w.Epoch != me[1]) me[0] = 99;
                else
                {
                    (w.Condemned, me[1], me[0]) = (me[4], ++w.Epoch, flaw == Flaw.VersionsAreNotMarkedCollected ? 7 : 5);
                }

                return true;
            case 5:
                // Which versions nothing leads to, as their records stand now.
                (me[6], me[7], me[0]) = (((1 << w.Versions.Count) - 1) & ~w.Named & ~w.Collected, 0, 6);
                foreach (var v in Bits(me[6])) me[7] += w.Revisions[v] << (4 * v);
                if (me[6] == 0) me[0] = 7;
                return true;
            case 6:
                if (Overtaken(w, me)) return true;
                var one = BitOperations.TrailingZeroCount(me[6]);
                me[6] &= ~(1 << one);
                if (w.Revisions[one] == (me[7] >> (4 * one) & 15))
                {
                    w.Collected |= 1 << one;
                    w.Revisions[one]++;
                }

                if (me[6] == 0) me[0] = 7;
                return true;
            case 7:
                var needed = flaw == Flaw.NothingIsMarkedAgain ? 0 : w.Live() & ~w.Stored(w.Exists & ~me[4]);
                me[8] = me[4] & w.Exists;
                foreach (var p in Bits(me[8]))
                    if ((w.Packs[p] & needed) != 0) me[8] &= ~(1 << p);
                (me[9], me[0]) = (w.Named, 8);
                return true;
            case 8:
                // Which of the versions that were found needed are marked, as their records stand now.
                (me[6], me[7], me[0]) = (me[9] & w.Collected, 0, 11);
                foreach (var v in Bits(me[6])) me[7] += w.Revisions[v] << (4 * v);
                if (me[6] == 0) me[0] = 9;
                return true;
            case 11:
                if (Overtaken(w, me)) return true;
                var back = BitOperations.TrailingZeroCount(me[6]);
                me[6] &= ~(1 << back);
                if (w.Revisions[back] == (me[7] >> (4 * back) & 15))
                {
                    w.Collected &= ~(1 << back);
                    w.Revisions[back]++;
                }

                if (me[6] == 0) me[0] = 9;
                return true;
            case 9:
                if (me[8] == 0) me[0] = 10;
                else
                {
                    var gone = BitOperations.TrailingZeroCount(me[8]);
                    me[8] &= ~(1 << gone);
                    w.Exists &= ~(1 << gone);
                }

                return true;
            case 10:
                if (w.Epoch == me[1])
                {
                    w.Condemned = 0;
                    w.Epoch++;
                }

                me[0] = 99;
                return true;
            default: return false;
        }
    };

    /// <summary>A commit of a collector that another one came after fails, and ends it.</summary>
    private bool Overtaken(World w, int[] me)
    {
        if (w.Epoch == me[1] || flaw == Flaw.CollectorsDoNotCheckTheEpoch) return false;
        me[0] = 99;
        return true;
    }

    private static IEnumerable<int> Bits(int mask)
    {
        for (; mask != 0; mask &= mask - 1) yield return BitOperations.TrailingZeroCount(mask);
    }
}
