using System.Collections;
using System.Data;
using System.Data.Common;

using MySqlConnector;

namespace Seckill.Ledger.Connections;

/// <summary>Rows of a <see cref="LedgerCommand"/>.</summary>
sealed class LedgerReader(LedgerConnection connection, MySqlDataReader inner) : DbDataReader
{
    const string OnlyAsynchronous = "Rows are read asynchronously";

    bool _isClosed;

    /// <inheritdoc/>
    public override int Depth => inner.Depth;

    /// <inheritdoc/>
    public override int FieldCount => inner.FieldCount;

    /// <inheritdoc/>
    public override bool HasRows => inner.HasRows;

    /// <inheritdoc/>
    public override bool IsClosed => _isClosed || IsAtEnd;

    /// <summary>Whether nothing of the result is left on the connection.</summary>
    public bool IsAtEnd => inner.IsClosed;

    /// <summary>Whether it was closed in the middle, for the next call on the connection to pass over the rest.</summary>
    public bool IsLeft => _isClosed && !IsAtEnd;

    /// <inheritdoc/>
    public override int RecordsAffected => inner.RecordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => inner[ordinal];

    /// <inheritdoc/>
    public override object this[string name] => inner[name];

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => GuardAsync(inner.ReadAsync(CancellationToken.None));

    /// <summary>After the last result nothing is left: who has read to the end may close without waiting, as Dapper does.</summary>
    public override async Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        if (await GuardAsync(inner.NextResultAsync(CancellationToken.None)).ConfigureAwait(false))
            return true;

        await connection.Physical.GuardAsync(inner.CloseAsync()).ConfigureAwait(false);
        return false;
    }

    /// <inheritdoc/>
    public override bool Read() => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    public override bool NextResult() => throw new NotSupportedException(OnlyAsynchronous);

    /// <summary>
    /// Passes over what was not read. A fault on the way is the connection's, which is not used again; who wants to know of it reads to the end.
    /// </summary>
    public override async Task CloseAsync()
    {
        _isClosed = true;
        try
        {
            while (CanBeRead && await NextResultAsync(CancellationToken.None).ConfigureAwait(false))
            {
            }
        }
        catch (DbException)
        {
            connection.Physical.Doubt();
        }
    }

    /// <summary>Waits for nothing: the connection's next call passes over what was not read.</summary>
    public override void Close() => _isClosed = true;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => inner.GetBoolean(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => inner.GetByte(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
        => inner.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => inner.GetChar(ordinal);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
        => inner.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => inner.GetDataTypeName(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => inner.GetDateTime(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => inner.GetDecimal(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => inner.GetDouble(ordinal);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => throw new NotSupportedException(OnlyAsynchronous);

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => inner.GetFieldType(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => inner.GetFloat(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => inner.GetGuid(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => inner.GetInt16(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => inner.GetInt32(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => inner.GetInt64(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => inner.GetName(ordinal);

    /// <inheritdoc/>
    public override int GetOrdinal(string name) => inner.GetOrdinal(name);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => inner.GetString(ordinal);

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => inner.GetValue(ordinal);

    /// <inheritdoc/>
    public override int GetValues(object[] values) => inner.GetValues(values);

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => inner.IsDBNull(ordinal);

    bool CanBeRead => !IsAtEnd && connection.State == ConnectionState.Open;

    Task<bool> GuardAsync(Task<bool> call) => call.IsCompletedSuccessfully ? call : connection.Physical.GuardAsync(call);
}
