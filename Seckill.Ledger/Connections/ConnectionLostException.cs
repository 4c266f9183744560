using System.Data.Common;

namespace Seckill.Ledger.Connections;

/// <summary>The connection to MySQL failed, or an answer did not come in time: what the call did is not known. The same call may succeed later, on another connection.</summary>
public sealed class ConnectionLostException : DbException
{
    /// <summary>With a message that says what happened.</summary>
    public ConnectionLostException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
