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

    public object?[] Args => [.. _args];

    public override string ToString() => _text.ToString();
}
