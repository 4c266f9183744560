using System.Data.Common;

namespace Seckill.Sagas.GroupCommit;

/// <summary>COMMIT was sent and no answer came: the transaction may be durable or not. Read the rows back before telling anyone anything.</summary>
sealed class CommitOutcomeUnknownException(Exception inner) : DbException("The outcome of COMMIT is unknown: the connection failed before the answer came", inner)
{
    public override bool IsTransient => true;
}
