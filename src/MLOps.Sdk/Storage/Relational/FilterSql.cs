namespace MLOps.Storage.Relational;

/// <summary>
/// Writes a filter as a condition on the record <c>r</c>. Every part is true or false, never null: a field's condition is
/// <c>exists</c> over its index row, so that a missing field makes it false and <c>not</c> of it true.
/// </summary>
/// <param name="sql">Where to write.</param>
/// <param name="dialect">The dialect.</param>
/// <param name="names">The numbers of the field names that occur; a name that is missing has never been used.</param>
/// <param name="record">The record's number, as the first table of the statement has it: so conditions are tested before the others are read.</param>
internal sealed class FilterSql(SqlText sql, SqlDialect dialect, IReadOnlyDictionary<string, long> names, string record = "r.id")
{
    public void Write(Filter filter)
    {
        switch (filter)
        {
            case AndFilter and: sql.Join(" and ", "1 = 1", and.Filters.Count, i => Write(and.Filters[i])); break;
            case OrFilter or: sql.Join(" or ", "1 = 0", or.Filters.Count, i => Write(or.Filters[i])); break;
            case NotFilter not:
                sql.Add("not (");
                Write(not.Inner);
                sql.Add(")");
                break;
            default: Write(Leaf.FieldOf(filter), [filter]); break;
        }
    }

    /// <summary>Conditions on one field of the record, all of which must hold.</summary>
    public void Write(string field, IReadOnlyList<Filter> leaves)
    {
        if (field == RecordQuery.Id) WriteConditions("r", leaves, isId: true);
        else if (!names.TryGetValue(field, out var name)) sql.Add("1 = 0");
        else
        {
            sql.Add("exists (select 1 from mlops_field f where f.record = ").Add(record).Add(" and f.name = ").Arg(name).Add(" and ");
            WriteConditions("f", leaves, isId: false);
            sql.Add(")");
        }
    }

    /// <summary>Conditions on an index row, or on a record's id.</summary>
    public void WriteConditions(string alias, IReadOnlyList<Filter> leaves, bool isId)
    {
        var (number, text) = isId ? (null, $"{alias}.name") : ($"{alias}.number", $"{alias}.text");
        sql.Join(" and ", "1 = 1", leaves.Count, i =>
        {
            switch (leaves[i])
            {
                case ExistsFilter: sql.Add("1 = 1"); break;
                case CompareFilter compare: Compare(number, text, compare.Comparison, compare.Value); break;
                case InFilter among: In(number, text, among.Values); break;
                case LikeFilter like: Like(text, like.Pattern); break;
            }
        });
    }

    private void Compare(string? number, string text, Comparison comparison, FieldValue value)
    {
        if (Leaf.IsNever(value) || (number is null && !value.IsText)) sql.Add("1 = 0");
        else sql.Add(value.IsText ? text : number!).Add(comparison switch
        {
            Comparison.Equal => " = ",
            Comparison.Less => " < ",
            Comparison.AtMost => " <= ",
            Comparison.Greater => " > ",
            _ => " >= ",
        }).Arg(Leaf.Argument(value));
    }

    private void In(string? number, string text, IReadOnlyList<FieldValue> values)
    {
        var numbers = number is null ? [] : values.Where(v => !v.IsText && !Leaf.IsNever(v)).ToList();
        var texts = values.Where(v => v.IsText).ToList();
        if (numbers.Count + texts.Count == 0)
        {
            sql.Add("1 = 0");
            return;
        }

        if (numbers.Count > 0 && texts.Count > 0) sql.Add("(");
        if (numbers.Count > 0) List(number!, numbers);
        if (numbers.Count > 0 && texts.Count > 0) sql.Add(" or ");
        if (texts.Count > 0) List(text, texts);
        if (numbers.Count > 0 && texts.Count > 0) sql.Add(")");
    }

    private void List(string column, List<FieldValue> values)
    {
        sql.Add(column).Add(" is not null and ").Add(column).Add(" in (");
        for (var i = 0; i < values.Count; i++) sql.Add(i == 0 ? "" : ", ").Arg(Leaf.Argument(values[i]));
        sql.Add(")");
    }

    private void Like(string text, string pattern)
    {
        var (prefix, rest) = TextPrefix.OfPattern(pattern);
        if (rest is null)
        {
            sql.Add(text).Add(" = ").Arg(prefix);
            return;
        }

        // The range lets the index find the prefix; the pattern decides.
        sql.Add("(").Add(text).Add(" is not null and ");
        if (prefix.Length > 0) sql.Add(text).Add(" >= ").Arg(prefix).Add(" and ");
        if (TextPrefix.End(prefix) is { } end) sql.Add(text).Add(" < ").Arg(end).Add(" and ");
        sql.Add(dialect.Like(text, sql.Parameter(dialect.LikePattern(pattern)))).Add(")");
    }
}
