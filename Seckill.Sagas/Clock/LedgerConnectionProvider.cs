using System.Data.Common;

using Quartz.Impl.AdoJobStore.Common;

using Seckill.Ledger.Connections;

namespace Seckill.Sagas.Clock;

/// <summary>
/// Gives Quartz the ledger's connections, which put off what Quartz does without asynchrony until the next call that has it.
/// </summary>
sealed class LedgerConnectionProvider(Func<LedgerConnection> connections) : DbProvider("MySqlConnector", connectionString: "")
{
    /// <inheritdoc/>
    public override DbConnection CreateConnection() => connections();

    /// <summary>Quartz tells a command its connection afterwards.</summary>
    public override DbCommand CreateCommand() => LedgerConnection.CreateUnattachedCommand();
}
