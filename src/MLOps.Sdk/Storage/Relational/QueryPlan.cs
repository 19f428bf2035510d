namespace MLOps.Storage.Relational;

/// <summary>
/// Chooses the way to a page. With an order and wide conditions it walks the order's index and stops when the page is full;
/// when some condition is narrow it fetches that condition's records by its index, tests the others on each, and sorts. How
/// narrow a condition is, a bounded count on its index tells: databases without fresh statistics guess badly. Between the two, the walk
/// is tried first, over half as many entries as the other way would fetch: mostly they fill the page, and else little is lost.
/// </summary>
internal sealed class QueryPlan(RecordQuery query, PageToken? after, long collection, IReadOnlyDictionary<string, long> names, SqlDialect dialect)
{
    /// <summary>Up to so many records are cheaper to fetch and sort than the worst walk along an index.</summary>
    private const int Narrow = 4000;

    /// <summary>A walk is tried when its condition alone would fill so many pages.</summary>
    private const int PagesWorthATry = 4;

    private readonly bool _byId = query.OrderBy is null or RecordQuery.Id;
    private readonly List<Term> _terms = Term.Of(query.Filter);
    private Term? _driver;
    private double? _edge;

    /// <summary>The parts of the order that are read one after the other.</summary>
    internal enum Segment
    {
        /// <summary>All at once, sorted.</summary>
        Whole,

        /// <summary>The numbers of the order's field, along its index.</summary>
        Numbers,

        /// <summary>The texts of the order's field, along its index.</summary>
        Texts,

        /// <summary>The records without the order's field, by id.</summary>
        Missing,
    }

    public IComparer<Hit> Order { get; } = Comparer<Hit>.Create((a, b) => Compare(query, a.Place, b.Place));

    /// <summary>Counts what the conditions would give, as far as that matters.</summary>
    public async ValueTask ChooseAsync(Session session, CancellationToken cancellationToken)
    {
        var candidates = _terms.Where(t => t.IsSought && (t.Field is null or RecordQuery.Id || names.ContainsKey(t.Field))).ToList();
        if (_byId)
        {
            // The walk by id is already a walk within a condition on the id.
            if (candidates.Any(t => t.Field == RecordQuery.Id && t.Leaves.Any(l => l is CompareFilter { Comparison: Comparison.Equal }))) return;
        }
        else if (candidates is [{ } only] && only.Field == query.OrderBy && _terms.Count == 1) return;

        var least = Narrow;
        foreach (var term in candidates)
        {
            var count = (await session.IntegerAsync(Probe(term, least, out var args), args, cancellationToken).ConfigureAwait(false))!.Value;
            if (count >= least) continue;
            least = (int)count;
            _driver = term;
            if (count <= 16) break;
        }

        if (_byId && _driver?.Field == RecordQuery.Id) _driver = null;
        if (!_byId && _driver is not null && least >= PagesWorthATry * (query.Size + 1)) await TryWalkAsync(session, least / 2, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a segment's hits count only when they fill the page.</summary>
    public bool IsTry(Segment segment) => _edge is not null && segment == Segment.Numbers;

    /// <summary>Finds the order's number before which a walk of so many steps ends: before, not at it, so that the last hits are all of their number.</summary>
    private async ValueTask TryWalkAsync(Session session, int steps, CancellationToken cancellationToken)
    {
        if (!names.TryGetValue(query.OrderBy!, out var order) || after is { Order: null or { IsText: true } }) return;
        // Downwards the texts come first.
        if (query.Descending && after is null && await session.IntegerAsync("select 1 from mlops_field where name = @p0 and text is not null limit 1", [order], cancellationToken).ConfigureAwait(false) is not null) return;
        var sql = new SqlText().Add("select number from mlops_field where name = ").Arg(order).Add(" and number is not null");
        if (after is { } place) sql.Add(query.Descending ? " and number <= " : " and number >= ").Arg(place.Order!.Value.Number);
        sql.Add(query.Descending ? " order by number desc" : " order by number").Add(" limit 1 offset ").Arg((long)steps);
        await session.ReadAsync(sql.ToString(), sql.Args, row =>
        {
            _edge = row.GetDouble(0);
            return false;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The statements to run, in order, until the page is full.</summary>
    public IEnumerable<Segment> Segments()
    {
        if (_byId || _driver is not null)
        {
            if (_edge is not null) yield return Segment.Numbers;
            yield return Segment.Whole;
            yield break;
        }

        var (first, second) = query.Descending ? (Segment.Texts, Segment.Numbers) : (Segment.Numbers, Segment.Texts);
        if (names.ContainsKey(query.OrderBy!))
        {
            if (after is null || (after.Value.Order is { } at && at.IsText == (first == Segment.Texts))) yield return first;
            if (after is null || after.Value.Order is not null) yield return second;
        }

        if (!_terms.Any(t => t.Field == query.OrderBy)) yield return Segment.Missing;
    }

    /// <summary>Whether the order's value stands in a row "o" of the index, and so in the answer.</summary>
    public bool IsOrdered(Segment segment) => !_byId && segment != Segment.Missing && names.ContainsKey(query.OrderBy!);

    /// <summary>The statement of a segment. Columns: id, number and text of the order, version, document, fields.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="limit">The most records.</param>
    /// <param name="shape">The shape whose records to look at, of those that lack the order's field; null for all.</param>
    public SqlText Statement(Segment segment, int limit, long? shape = null)
    {
        var sql = new SqlText();
        sql.Add("select k.name, k.number, k.text, k.version, d.json, d.fields from (select r.id, r.name, r.version, ");
        var ordered = IsOrdered(segment);
        sql.Add(ordered ? "o.number, o.text from " : "null as number, null as text from ");
        var (record, taken) = segment switch
        {
            Segment.Numbers or Segment.Texts => WriteWalk(sql, segment),
            _ when _driver is { Field: not RecordQuery.Id } driver => WriteDriven(sql, driver, ordered),
            _ => WriteScan(sql, ordered, shape),
        };

        var rest = _terms.Where(t => !ReferenceEquals(t, taken)).OrderByDescending(t => ReferenceEquals(t, _driver)).ToList();
        var filter = new FilterSql(sql, dialect, names, record);
        sql.Add(" and ");
        sql.Join(" and ", "1 = 1", rest.Count, i =>
        {
            if (rest[i].Field is { } field) filter.Write(field, rest[i].Leaves);
            else filter.Write(rest[i].Leaves[0]);
        });

        if (after is { } place)
        {
            sql.Add(" and (");
            WriteAfter(sql, segment, ordered, place);
            sql.Add(")");
        }

        WriteOrder(sql, segment, ordered);
        return sql.Add(" limit ").Arg((long)limit).Add(") k cross join mlops_document d where d.record = k.id");
    }

    /// <summary>Along the order's index.</summary>
    private (string Record, Term? Taken) WriteWalk(SqlText sql, Segment segment)
    {
        sql.Add("mlops_field o cross join mlops_record r where r.id = o.record and o.name = ").Arg(names[query.OrderBy!])
            .Add(segment == Segment.Numbers ? " and o.number is not null" : " and o.text is not null");
        if (_edge is { } edge) sql.Add(query.Descending ? " and o.number > " : " and o.number < ").Arg(edge);
        var taken = _terms.Find(t => t.Field == query.OrderBy);
        if (taken is not null)
        {
            sql.Add(" and ");
            new FilterSql(sql, dialect, names).WriteConditions("o", taken.Leaves, isId: false);
        }

        return ("o.record", taken);
    }

    /// <summary>The records that the narrowest condition gives.</summary>
    private (string Record, Term? Taken) WriteDriven(SqlText sql, Term driver, bool ordered)
    {
        sql.Add("(");
        WriteSought(sql, driver, limit: null);
        sql.Add(") f0 cross join mlops_record r ");
        WriteOrderJoin(sql, ordered, "f0.record");
        sql.Add(" where r.id = f0.record");
        return ("f0.record", driver);
    }

    /// <summary>All records of the collection, or those of a condition on the id.</summary>
    private (string Record, Term? Taken) WriteScan(SqlText sql, bool ordered, long? shape)
    {
        sql.Add("mlops_record r ");
        WriteOrderJoin(sql, ordered, "r.id");
        sql.Add(" where r.deleted = 0 and r.collection = ").Arg(collection);
        if (shape is { } of) sql.Add(" and r.shape = ").Arg(of);
        // Of an unknown shape each record is asked.
        if (shape == Shapes.Unknown) sql.Add(" and not exists (select 1 from mlops_field o where o.record = r.id and o.name = ").Arg(names[query.OrderBy!]).Add(")");
        return ("r.id", null);
    }

    private void WriteOrderJoin(SqlText sql, bool ordered, string record)
    {
        if (ordered) sql.Add("left join mlops_field o on o.record = ").Add(record).Add(" and o.name = ").Arg(names[query.OrderBy!]);
    }

    /// <summary>The numbers of the records that an index gives for a term.</summary>
    private void WriteSought(SqlText sql, Term term, int? limit)
    {
        if (term.Choices is { } choices)
        {
            for (var i = 0; i < choices.Count; i++)
            {
                // A union takes no limits inside, so each choice is a table of its own; it also drops records that meet several.
                sql.Add(i == 0 ? "select record from (" : " union select record from (");
                WriteSought(sql, new Term(Leaf.FieldOf(choices[i]), [choices[i]]), limit);
                sql.Add(") x");
            }

            return;
        }

        var isId = term.Field == RecordQuery.Id;
        if (!isId && !names.ContainsKey(term.Field!)) sql.Add("select 0 as record from mlops_meta f where 1 = 0");
        else
        {
            if (isId) sql.Add("select f.id as record from mlops_record f where f.collection = ").Arg(collection);
            else sql.Add("select f.record from mlops_field f where f.name = ").Arg(names[term.Field!]);
            sql.Add(" and ");
            new FilterSql(sql, dialect, names).WriteConditions("f", term.Leaves, isId);
        }

        if (limit is { } most) sql.Add(" limit ").Arg((long)most);
    }

    private string Probe(Term term, int limit, out object?[] args)
    {
        var sql = new SqlText().Add("select count(*) from (");
        WriteSought(sql, term, limit);
        sql.Add(") x");
        args = sql.Args;
        return sql.ToString();
    }

    private void WriteAfter(SqlText sql, Segment segment, bool ordered, PageToken place)
    {
        if (_byId)
        {
            sql.Add(query.Descending ? "r.name < " : "r.name > ").Arg(place.Id);
            return;
        }

        if (!ordered || place.Order is not { } value)
        {
            // Among the records without the order's field; before them all others have been read, unless the page before ended there.
            if (place.Order is not null) sql.Add("1 = 1");
            else sql.Add(ordered ? "o.record is null and r.name > " : "r.name > ").Arg(place.Id);
            return;
        }

        if (segment != Segment.Whole && value.IsText != (segment == Segment.Texts))
        {
            sql.Add("1 = 1");
            return;
        }

        var column = value.IsText ? "o.text" : "o.number";
        var beyond = query.Descending ? " < " : " > ";
        var argument = Leaf.Argument(value);
        if (segment != Segment.Whole)
        {
            var sign = query.Descending ? " <= " : " >= ";
            if (value.IsText) FilterSql.Compare(sql, dialect, column, sign, value.Text!, isId: false);
            else sql.Add(column).Add(sign).Arg(argument);
            sql.Add(" and (");
        }

        sql.Add(column).Add(beyond).Arg(argument).Add(" or (").Add(column).Add(" = ").Arg(argument).Add(" and r.name > ").Arg(place.Id).Add(")");
        if (segment != Segment.Whole) sql.Add(")");
        else
        {
            if (value.IsText == query.Descending) sql.Add(value.IsText ? " or o.number is not null" : " or o.text is not null");
            sql.Add(" or o.record is null");
        }
    }

    private void WriteOrder(SqlText sql, Segment segment, bool ordered)
    {
        var down = query.Descending ? " desc" : "";
        sql.Add(" order by ").Add(segment switch
        {
            _ when _byId => $"r.name{down}",
            _ when !ordered => "r.name",
            Segment.Numbers => $"o.number{down}, r.name",
            Segment.Texts when dialect.TextKey("o.text") is { } key => $"{key}{down}, o.text{down}, r.name",
            Segment.Texts => $"o.text{down}, r.name",
            _ when query.Descending => "o.record is null, o.number is not null, o.number desc, o.text desc, r.name",
            _ => "o.record is null, o.number is null, o.number, o.text, r.name",
        });
    }

    private static int Compare(RecordQuery query, PageToken left, PageToken right)
    {
        var byId = FieldValue.CompareUtf8(left.Id, right.Id);
        if (query.OrderBy is null or RecordQuery.Id) return query.Descending ? -byId : byId;
        return (left.Order, right.Order) switch
        {
            (null, null) => byId,
            (null, _) => 1,
            (_, null) => -1,
            ({ } a, { } b) when a.CompareTo(b) is var order and not 0 => query.Descending ? -order : order,
            _ => byId,
        };
    }
}
