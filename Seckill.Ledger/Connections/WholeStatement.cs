namespace Seckill.Ledger.Connections;

/// <summary>
/// Statements without parameters, for MySQL's connector to pass on as they are. It looks for parameters in every statement, word by word, and copies each word by itself
/// (<c>MySqlTokenizer</c>): a long one costs more there than in the server. A comment is one word to it; the server runs what an executable one contains as if its marks
/// were not there (MySQL 8.4 Reference Manual, 11.7 Comments; MariaDB knows them, too).
/// </summary>
public static class WholeStatement
{
    /// <summary>Comes before a statement that is to be one word.</summary>
    public const string Begin = "/*!";

    /// <summary>Comes after it. It must not occur inside.</summary>
    public const string End = "*/";

    /// <summary>The statement as one word, or unchanged when it has <see cref="End"/> inside.</summary>
    /// <param name="statement">One statement, without a semicolon at its end.</param>
    public static string Of(string statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return statement.Contains(End, StringComparison.Ordinal) ? statement : Begin + statement + End;
    }
}
