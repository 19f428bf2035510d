using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// Reads the grammar of <see cref="RunFilter"/> by recursive descent:
/// <c>or := and (OR and)*; and := not (AND not)*; not := NOT not | '(' or ')' | condition</c>.
/// </summary>
internal sealed class RunFilterParser(string text)
{
    private const int MaxDepth = 12, MaxCount = 900;

    private readonly List<RunFilterToken> _tokens = RunFilterLexer.Read(text);
    private int _next;
    private int _depth;
    private int _count;

    private RunFilterToken Current => _tokens[_next];

    public Filter Parse()
    {
        var filter = Or();
        return Current.Kind == RunFilterTokenKind.End ? filter : throw Error("AND, OR or the end");
    }

    private Filter Or() => Joined("or", And, Filter.Or);

    private Filter And() => Joined("and", Not, Filter.And);

    private Filter Joined(string keyword, Func<Filter> part, Func<IReadOnlyList<Filter>, Filter> join)
    {
        var parts = new List<Filter> { part() };
        while (Took(keyword)) parts.Add(part());
        if (parts.Count > 1) Count(1);
        return join(parts);
    }

    private Filter Not()
    {
        if (Current.Is("not"))
        {
            var not = Current;
            _next++;
            Count(1);
            return Filter.Not(Deeper(not, Not));
        }

        if (!Current.IsSign("(")) return Condition();
        var open = Current;
        _next++;
        var inner = Deeper(open, Or);
        Require(")", "AND, OR or ')'");
        return inner;
    }

    private Filter Condition()
    {
        var field = RunFilterField.Read(_tokens, ref _next);
        // What it may become at most: and, exists, not, and the comparison itself.
        Count(4);
        if (Took("is"))
        {
            var isNot = Took("not");
            if (!Took("null")) throw Error(isNot ? "NULL" : "NULL or NOT NULL");
            return isNot ? Filter.Exists(field.Name) : Filter.Not(Filter.Exists(field.Name));
        }

        if (Took("not"))
        {
            var positive = Took("in") ? In(field) : Took("between") ? Between(field) : Took("like") ? Like(field) : throw Error("IN, BETWEEN or LIKE");
            return Filter.And(Filter.Exists(field.Name), Filter.Not(positive));
        }

        if (Took("in")) return In(field);
        if (Took("between")) return Between(field);
        if (Took("like")) return Like(field);
        if (Current.Kind != RunFilterTokenKind.Sign || Current.Text is "(" or ")" or ",") throw Error("an operator: =, !=, <, <=, >, >=, IN, BETWEEN, LIKE, NOT or IS");
        var sign = Current.Text;
        _next++;
        var value = Value(field);
        return sign switch
        {
            "=" => Filter.Equal(field.Name, value),
            "<" => Filter.Less(field.Name, value),
            "<=" => Filter.AtMost(field.Name, value),
            ">" => Filter.Greater(field.Name, value),
            ">=" => Filter.AtLeast(field.Name, value),
            _ => Filter.And(Filter.Exists(field.Name), Filter.Not(Filter.Equal(field.Name, value))),
        };
    }

    private Filter In(RunFilterField field)
    {
        Require("(", "'(' and the values");
        var values = new List<FieldValue>();
        do
        {
            Count(1);
            values.Add(Value(field));
        }
        while (TookSign(","));
        Require(")", "',' and another value, or ')'");
        return Filter.In(field.Name, values);
    }

    private Filter Between(RunFilterField field)
    {
        var low = Value(field);
        if (!Took("and")) throw Error("AND and the upper end of BETWEEN");
        Count(2);
        return Filter.And(Filter.AtLeast(field.Name, low), Filter.AtMost(field.Name, Value(field)));
    }

    private Filter Like(RunFilterField field)
    {
        if (field.Values is RunFilterValues.Numbers or RunFilterValues.Times)
            throw RunFilterLexer.Error(_tokens[_next - 1].At, $"a comparison of numbers for {field.Name}", "LIKE");
        var token = Current;
        if (token.Kind is not (RunFilterTokenKind.Text or RunFilterTokenKind.Quoted) || token.Text.Length is 0 or > 1000 || EndsOpen(token.Text) || token.Text.Contains('\0', StringComparison.Ordinal) || Name.IndexOfLoneSurrogate(token.Text) >= 0)
            throw Error("a pattern of 1 to 1,000 characters in quotes, in which '\\' stands before another character");
        _next++;
        return Filter.Like(field.Name, token.Text);
    }

    private static bool EndsOpen(string pattern)
    {
        var escapes = 0;
        while (escapes < pattern.Length && pattern[^(escapes + 1)] == '\\') escapes++;
        return escapes % 2 == 1;
    }

    private FieldValue Value(RunFilterField field)
    {
        var value = field.Value(Current);
        _next++;
        return value;
    }

    private Filter Deeper(RunFilterToken at, Func<Filter> inner)
    {
        if (++_depth > MaxDepth) throw RunFilterLexer.Error(at.At, $"at most {MaxDepth} levels of parentheses and NOT", at.ToString());
        var filter = inner();
        _depth--;
        return filter;
    }

    /// <summary>Counts what stores count, a little generously.</summary>
    private void Count(int nodes)
    {
        if ((_count += nodes) > MaxCount) throw Error("fewer conditions and values: no store takes so many");
    }

    private bool Took(string keyword)
    {
        if (!Current.Is(keyword)) return false;
        _next++;
        return true;
    }

    private bool TookSign(string sign)
    {
        if (!Current.IsSign(sign)) return false;
        _next++;
        return true;
    }

    private void Require(string sign, string expected)
    {
        if (!TookSign(sign)) throw Error(expected);
    }

    private MLOpsInvalidException Error(string expected) => RunFilterLexer.Error(Current.At, expected, Current.ToString());
}
