using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>A statement in the making. Values become parameters, so that equal shapes are equal texts and stay prepared.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new(512);
    private readonly List<object?> _args = [];

    public SqlText Add(string text)
    {
        _text.Append(text);
        return this;
    }

    public SqlText Arg(object value) => Add(Parameter(value));

    /// <summary>Adds a value without writing it; returns the name to write.</summary>
    public string Parameter(object value)
    {
        _args.Add(value);
        return Session.Name(_args.Count - 1);
    }

    /// <summary>Joins parts by "and" or "or", in halves: databases limit the depth of an expression, and a long chain is a deep one.</summary>
    public void Join(string joint, string none, int count, Action<int> part)
    {
        if (count == 0) Add(none);
        else Join(0, count);

        void Join(int from, int to)
        {
            if (to - from == 1)
            {
                part(from);
                return;
            }

            Add("(");
            Join(from, (from + to) / 2);
            Add(joint);
            Join((from + to) / 2, to);
            Add(")");
        }
    }

    public object?[] Args => [.. _args];

    public override string ToString() => _text.ToString();
}
