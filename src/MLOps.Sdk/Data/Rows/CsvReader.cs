using System.Globalization;

namespace MLOps.Data;

/// <summary>
/// Reads comma-separated values (RFC 4180) record by record into one buffer. Lines end with LF, CR LF or CR; empty lines are passed over; a quote within an
/// unquoted cell is a character like others.
/// </summary>
sealed class CsvReader(TextReader text, char separator, string file)
{
    /// <summary>A record longer than this is most likely a quote that nobody closed.</summary>
    private const int LongestRecord = 16 << 20;

    private readonly char[] _buffer = new char[32 << 10];
    private readonly List<int> _ends = [];
    private char[] _cells = new char[1024];
    private int _at, _count, _length;
    private bool _ended, _afterReturn;

    private enum State
    {
        Start,
        Plain,
        Quoted,
        Closed,
    }

    /// <summary>The line on which the record ends, from 1.</summary>
    public long Line { get; private set; }

    public int Count => _ends.Count;

    public ReadOnlySpan<char> Cell(int index) => _cells.AsSpan(index == 0 ? 0 : _ends[index - 1], _ends[index] - (index == 0 ? 0 : _ends[index - 1]));

    public string[] Cells()
    {
        var cells = new string[Count];
        for (var i = 0; i < cells.Length; i++) cells[i] = Cell(i).ToString();
        return cells;
    }

    /// <summary>Goes to the next record; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _ends.Clear();
        _length = 0;
        var state = State.Start;
        while (true)
        {
            if (_at == _count && !await FillAsync(cancellationToken).ConfigureAwait(false)) return End(state);
            if (Take(ref state)) return true;
        }
    }

    /// <summary>The header, without a byte order mark.</summary>
    /// <exception cref="MLOpsInvalidException">There is none, or a name stands in it twice.</exception>
    public async ValueTask<string[]> HeaderAsync(CancellationToken cancellationToken)
    {
        if (!await ReadAsync(cancellationToken).ConfigureAwait(false)) throw new MLOpsInvalidException($"{file} is empty: a CSV file begins with the names of its columns.");
        var columns = Cells();
        columns[0] = columns[0].TrimStart('\uFEFF');
        return columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new MLOpsInvalidException($"{file} has two columns named '{Name.Shown(twice.Key)}', so that a name says nothing.")
            : columns;
    }

    /// <exception cref="MLOpsInvalidException">The record has another number of cells than the header.</exception>
    public void RequireCells(int columns, long row)
    {
        if (Count != columns)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Row {row} of {file} (line {Line}) has {Count} cells, and the header names {columns} columns."));
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended) return false;
        (_at, _count) = (0, await text.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
        return !(_ended = _count == 0);
    }

    /// <summary>Takes characters to the end of the record, then true, or of the buffer.</summary>
    private bool Take(ref State state)
    {
        while (_at < _count)
        {
            var c = _buffer[_at++];
            var wasReturn = _afterReturn;
            _afterReturn = false;
            if (wasReturn && c == '\n' && state == State.Start && _ends.Count == 0 && _length == 0) continue;
            if (state == State.Quoted)
            {
                if (c == '\n') Line++;
                if (c == '"') state = State.Closed;
                else Add(c);
            }
            else if (c == '"' && state is (State.Start or State.Closed))
            {
                if (state == State.Closed) Add('"');
                state = State.Quoted;
            }
            else if (c == separator)
            {
                _ends.Add(_length);
                state = State.Start;
            }
            else if (c is '\n' or '\r')
            {
                Line++;
                _afterReturn = c == '\r';
                if (state == State.Start && _ends.Count == 0) continue;
                _ends.Add(_length);
                return true;
            }
            else if (state == State.Closed)
                throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"Line {Line + 1} of {file}: behind a closing quote stands '{Name.Shown(c.ToString())}', where only the next cell or the end of the line may be."));
            else
            {
                state = State.Plain;
                Add(c);
            }
        }

        return false;
    }

    private bool End(State state)
    {
        if (state == State.Quoted) throw new MLOpsInvalidException($"{file} ends within a quoted cell.");
        if (state == State.Start && _ends.Count == 0) return false;
        Line++;
        _ends.Add(_length);
        return true;
    }

    private void Add(char c)
    {
        if (_length == _cells.Length)
        {
            if (_length >= LongestRecord) throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"A row of {file} near line {Line + 1} is longer than {LongestRecord} characters: most likely a quote is not closed."));
            Array.Resize(ref _cells, _length * 2);
        }

        _cells[_length++] = c;
    }
}
