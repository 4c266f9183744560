using System.Collections.Specialized;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Quartz;
using Quartz.Impl;
using Quartz.Impl.AdoJobStore;
using Quartz.Logging;
using Quartz.Spi;
using Quartz.Util;

using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Sagas.Clock;

/// <summary>
/// Makes a worker's Quartz scheduler: its jobs live in the tables QRTZ_* of the ledger's database and are shared by all workers, so
/// that each firing happens on one of them.
/// </summary>
public sealed class PersistentSchedulerFactory(MySqlDatabase database, ClockMetrics metrics, IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>Name of the scheduler that all workers together are.</summary>
    public const string SchedulerName = "seckill";

    const int Threads = 4;
    const string Batch = "16";

    /// <summary>
    /// One for each running job's bookkeeping, and for looking ahead, misfires, check-in and health. They are the clock's own: a burst of orders must not keep
    /// it from ticking.
    /// </summary>
    const int Connections = Threads + 4;

    /// <summary>How late a firing may be before it counts as one.</summary>
    internal static readonly TimeSpan MisfireThreshold = TimeSpan.FromSeconds(5);
    static readonly TimeSpan CheckinInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan CheckinMisfireThreshold = TimeSpan.FromSeconds(10);

    // Made once: the clock is begun again and again while MySQL is away.
    readonly Lazy<Func<LedgerConnection>> _connections = new(() => database.ConnectionsOfTheirOwn(Connections));

    // Quartz keeps data sources in a static table: two databases in one process (tests) need two names.
    readonly string _dataSource = $"{database.Name}_{Guid.NewGuid():N}";

    /// <summary>A scheduler that isn't started yet.</summary>
    /// <exception cref="SchedulerException">MySQL can't be reached, or lacks the tables.</exception>
    public async Task<IScheduler> CreateAsync(CancellationToken cancellationToken)
    {
        LogContext.SetCurrentLogProvider(loggers);
        DBConnectionManager.Instance.AddConnectionProvider(_dataSource, new LedgerConnectionProvider(_connections.Value));
        var scheduler = await new Factory(Properties()).GetScheduler(cancellationToken);
        scheduler.JobFactory = new JobFactory(services);
        scheduler.ListenerManager.AddTriggerListener(new FiringListener(metrics));
        return scheduler;
    }

    NameValueCollection Properties()
    {
        var builder = SchedulerBuilder.Create(NewInstanceId(), SchedulerName)
            .WithMisfireThreshold(MisfireThreshold)
            .WithInterruptJobsOnShutdownWithWait(true)
            .UseDefaultThreadPool(Threads);
        // Quartz's lock is taken once for a batch and not once for each trigger; a batch must be taken under it.
        builder.SetProperty("quartz.scheduler.batchTriggerAcquisitionMaxCount", Batch);
        builder.SetProperty("quartz.jobStore.acquireTriggersWithinLock", "true");
        // Threads that outlive a shutdown because MySQL is away must not keep the process alive.
        builder.SetProperty("quartz.scheduler.makeSchedulerThreadDaemon", "true");
        builder.SetProperty("quartz.jobStore.makeThreadsDaemons", "true");
        builder.SetProperty("quartz.jobStore.driverDelegateType", typeof(MySQLDelegate).AssemblyQualifiedName!);
        builder.SetProperty("quartz.jobStore.dataSource", _dataSource);
        return builder.UsePersistentStore(store =>
        {
            store.UseProperties = true;
            store.UseSerializer<StringMapSerializer>();
            store.PerformSchemaValidation = true;
            store.RetryInterval = TimeSpan.FromSeconds(5);
            store.UseClustering(x =>
            {
                x.CheckinInterval = CheckinInterval;
                x.CheckinMisfireThreshold = CheckinMisfireThreshold;
            });
        }).Properties;
    }

    // One per scheduler and never again: a restarted worker must not be taken for the one that died, whose firings are to be recovered.
    static string NewInstanceId() => $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Keeps the schedulers of one process apart, which Quartz would otherwise find in a static table by name.</summary>
    sealed class Factory(NameValueCollection properties) : StdSchedulerFactory(properties)
    {
        readonly SchedulerRepository _repository = new();

        protected override ISchedulerRepository GetSchedulerRepository() => _repository;
    }

    sealed class JobFactory(IServiceProvider services) : IJobFactory
    {
        public IJob NewJob(TriggerFiredBundle bundle, IScheduler scheduler)
            => (IJob)ActivatorUtilities.CreateInstance(services, bundle.JobDetail.JobType);

        public void ReturnJob(IJob job) => (job as IDisposable)?.Dispose();
    }
}
