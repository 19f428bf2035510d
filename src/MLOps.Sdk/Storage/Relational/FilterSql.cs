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
                case LikeFilter like: Like(text, like.Pattern, isId); break;
            }
        });
    }

    /// <summary>A comparison with a text, by the index where that holds only a key of the text.</summary>
    public static void Compare(SqlText sql, SqlDialect dialect, string column, string sign, string value, bool isId)
    {
        var parameter = sql.Parameter(value);
        if (!isId && dialect.TextKey(column) is { } key) sql.Add(key).Add(sign switch { " < " => " <= ", " > " => " >= ", _ => sign }).Add(dialect.TextKey(parameter)!).Add(" and ");
        sql.Add(column).Add(sign).Add(parameter);
    }

    private void Compare(string? number, string text, Comparison comparison, FieldValue value)
    {
        var sign = comparison switch
        {
            Comparison.Equal => " = ",
            Comparison.Less => " < ",
            Comparison.AtMost => " <= ",
            Comparison.Greater => " > ",
            _ => " >= ",
        };
        if (Leaf.IsNever(value) || (number is null && !value.IsText)) sql.Add("1 = 0");
        else if (value.IsText) Compare(sql, dialect, text, sign, value.Text!, isId: number is null);
        else sql.Add(number!).Add(sign).Arg(value.Number);
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
        if (numbers.Count > 0) List(number!, numbers, key: null);
        if (numbers.Count > 0 && texts.Count > 0) sql.Add(" or ");
        if (texts.Count > 0) List(text, texts, number is null ? null : dialect.TextKey(text));
        if (numbers.Count > 0 && texts.Count > 0) sql.Add(")");
    }

    private void List(string column, List<FieldValue> values, string? key)
    {
        var parameters = values.ConvertAll(v => sql.Parameter(Leaf.Argument(v)));
        sql.Add(column).Add(" is not null and ");
        if (key is not null) sql.Add(key).Add(" in (").Add(string.Join(", ", parameters.Select(dialect.TextKey))).Add(") and ");
        sql.Add(column).Add(" in (").Add(string.Join(", ", parameters)).Add(")");
    }

    private void Like(string text, string pattern, bool isId)
    {
        var (prefix, rest) = TextPrefix.OfPattern(pattern);
        if (rest is null)
        {
            Compare(sql, dialect, text, " = ", prefix, isId);
            return;
        }

        // The range lets the index find the prefix; the pattern decides.
        sql.Add("(").Add(text).Add(" is not null and ");
        if (prefix.Length > 0)
        {
            Compare(sql, dialect, text, " >= ", prefix, isId);
            sql.Add(" and ");
        }

        if (TextPrefix.End(prefix) is { } end)
        {
            Compare(sql, dialect, text, " < ", end, isId);
            sql.Add(" and ");
        }

        sql.Add(dialect.Like(text, sql.Parameter(dialect.LikePattern(pattern)))).Add(")");
    }
}
