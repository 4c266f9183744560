using System.Data.Common;

using Quartz.Impl.AdoJobStore.Common;

using Seckill.Ledger.Connections;

namespace Seckill.Sagas.Clock;

/// <summary>
/// Gives Quartz the ledger's connections. Those of the connector's pool, which it would open itself, are used again after a call that was cut short.
/// </summary>
sealed class LedgerConnectionProvider(Func<LedgerConnection> connections) : DbProvider("MySql", connectionString: "")
{
    /// <inheritdoc/>
    public override DbConnection CreateConnection() => connections();

    /// <summary>Quartz tells a command its connection afterwards.</summary>
    public override DbCommand CreateCommand() => LedgerConnection.CreateUnattachedCommand();
}
