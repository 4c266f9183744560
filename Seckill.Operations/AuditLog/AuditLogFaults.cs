using Seckill.Faults;

namespace Seckill.Operations.AuditLog;

/// <summary>An audit log with the fault points around what is appended to it.</summary>
sealed class AuditLogFaults(IAuditLog log, FaultPoints faults) : IAuditLog
{
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        try
        {
            await faults.PassAsync(KnownPoints.BeforeAuditEntry, cancellationToken).ConfigureAwait(false);
            await log.AppendAsync(entry, cancellationToken).ConfigureAwait(false);
            await faults.PassAsync(KnownPoints.AfterAuditEntry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InjectedFaultException or LostReplyException)
        {
            throw new AuditLogUnavailableException(exception.Message, exception);
        }
    }

    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, long? beforeId, int limit, CancellationToken cancellationToken = default)
        => log.ListAsync(filter, beforeId, limit, cancellationToken);
}
