using System.Text;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Chaos.Detours;
using Seckill.Chaos.Running;
using Seckill.Chaos.Selling;
using Seckill.Cli;
using Seckill.Cli.Demo;
using Seckill.Hosting.Identity;
using Seckill.Operations.Archive;
using Seckill.Sagas.Audit;
using Seckill.Sagas.Compensation;

namespace Seckill.Chaos.Judging;

/// <summary>What cells are played and judged with. It goes to the servers themselves, not over the detours.</summary>
sealed class CellServices(ServiceProvider services, DetourMap detours) : IDisposable
{
    readonly IFailedOrderArchive _archive = services.GetRequiredService<IFailedOrderArchive>();
    readonly AuditService _audit = services.GetRequiredService<AuditService>();

    public CellLedger Ledger { get; } = ActivatorUtilities.CreateInstance<CellLedger>(services);

    public RedisConnections Redis { get; } = services.GetRequiredService<RedisConnections>();

    public TokenIssuer Tokens { get; } = ToolServices.Tokens(services);

    public BuyersApi Api { get; } = new(detours);

    /// <summary>Those of a fault's records that are not in the archive yet.</summary>
    public async Task<IReadOnlyList<string>> NotArchivedAsync(IReadOnlyCollection<string> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return [];

        var archived = new HashSet<string>();
        await foreach (var entry in _archive.ReadAsync(new FailedOrderFilter { Cause = FailureCauses.Unreadable }, cancellationToken))
            archived.Add(Encoding.UTF8.GetString(Convert.FromBase64String(entry.Payload)));
        return [.. records.Except(archived)];
    }

    /// <summary>Whether a server may be well the next time.</summary>
    public static bool IsPassing(Exception exception)
        => exception is System.Data.Common.DbException or IOException or HttpRequestException or ArchiveUnavailableException || RedisFaults.IsTransient(exception);

    /// <summary>Returns when the activity's stock can be ordered.</summary>
    public async Task WaitUntilLiveAsync(long activityId, CancellationToken cancellationToken)
    {
        foreach (var api in ProgramNames.Apis)
        {
            var address = new Uri($"http://127.0.0.1:{detours.To(api)[0].Port}");
            await SaleApi.WaitUntilLiveAsync(address, await SaleApi.ResolveAsync(address, cancellationToken), [activityId], cancellationToken);
        }
    }

    /// <summary>Audits the activity as one in which nothing is in flight any more.</summary>
    public Task<AuditReport> AuditAsync(long activityId, IReadOnlyList<Guid> accepted, CancellationToken cancellationToken) => _audit.RunAsync(
        new AuditScope { ActivityIds = [activityId], Accepted = [.. accepted.Select(x => new AcceptedOrder(x, activityId))], Settled = true }, cancellationToken);

    public void Dispose() => Api.Dispose();
}
