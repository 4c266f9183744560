using System.Globalization;
using System.Text;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// Builds multi-row statements with literal values, at a fraction of the cost of parameters, in pieces of one round trip each. Text that
/// is not plain is written as a hexadecimal literal, which no <c>sql_mode</c> can read in another way.
/// </summary>
sealed class SqlText
{
    /// <summary>
    /// Rows of an INSERT, or ids of an UPDATE, at most. A whole batch in one text would be large enough for the runtime to keep it, and each of the connector's
    /// copies of it, with its oldest objects, so that each batch had all of them searched for garbage.
    /// </summary>
    public const int RowsOfStatement = 50;

    /// <summary>From so many characters on a piece is complete; with one statement more it stays below 85,000 bytes, from which on the runtime takes an object for large.</summary>
    const int PieceLength = 20_000;

    /// <summary>Enough for a batch of a few rows, of which there are hundreds a second while few orders come at a time; a larger one adds to it.</summary>
    const int FirstChunk = 4_000;

    /// <summary>yyyy-MM-ddTHH:mm:ss.ffffff</summary>
    const int LengthOfTime = 26;

    readonly StringBuilder _text = new(FirstChunk);
    readonly List<string> _pieces = [];

    /// <summary>Begins a statement.</summary>
    public SqlText Begin(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Ends the statement.</summary>
    public SqlText End()
    {
        _text.Append(';');
        if (_text.Length >= PieceLength)
            EndPiece();
        return this;
    }

    public SqlText Raw(string sql)
    {
        _text.Append(sql);
        return this;
    }

    public SqlText Comma() => Raw(",");

    public SqlText Value(long value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    public SqlText Value(long? value) => value is null ? Raw("NULL") : Value(value.Value);

    public SqlText Value(Guid value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"'{value:D}'");
        return this;
    }

    /// <summary>A time as DATETIME(6), in UTC.</summary>
    public SqlText Value(DateTimeOffset value)
    {
        // The round-trip format is the only one that is written without looking the format up part by part; MySQL takes its T for a blank.
        Span<char> text = stackalloc char[LengthOfTime + 2];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        _text.Append('\'').Append(text[..LengthOfTime]).Append('\'');
        return this;
    }

    public SqlText Value(DateTimeOffset? value) => value is null ? Raw("NULL") : Value(value.Value);

    public SqlText Value(string? value)
    {
        if (value is null)
            return Raw("NULL");

        if (IsPlain(value))
        {
            _text.Append('\'').Append(value).Append('\'');
            return this;
        }

        _text.Append("_utf8mb4 0x").Append(Convert.ToHexString(Encoding.UTF8.GetBytes(value)));
        return this;
    }

    /// <summary>What was built, to be run in this order.</summary>
    public IReadOnlyList<string> ToPieces()
    {
        if (_text.Length > 0)
            EndPiece();
        return _pieces;
    }

    void EndPiece()
    {
        _pieces.Add(_text.ToString());
        _text.Clear();
    }

    static bool IsPlain(string value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or '@' or ':' or ' '))
                return false;
        }

        return true;
    }
}
