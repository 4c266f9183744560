using Seckill.Admission;
using Seckill.Contracts;
using Seckill.Hosting.Telemetry;
using Seckill.Ledger;
using Seckill.Operations;
using Seckill.Payments;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Report;
using Seckill.Sagas.Transactions;

namespace Seckill.Workers;

/// <summary>What a worker consists of.</summary>
static class WorkerServices
{
    /// <summary>Adds all of it.</summary>
    public static void AddSeckillWorker(this WebApplicationBuilder builder)
    {
        OrderTrace.Sample(builder.TraceRatio());
        builder.Services.AddLedger();
        builder.Services.AddAdmission();
        builder.Services.AddStockKeeper();
        builder.Services.AddWriteAheadRelay();
        builder.Services.AddStockSurvey();
        builder.Services.AddOperations();
        builder.Services.AddPayments();
        builder.Services.AddTransactions();
        builder.Services.AddTransactionClock();
        builder.Services.AddDependencyCircuit();
        builder.Services.AddCompensation();
        builder.Services.AddWeeklyReportSchedule();
        builder.Services.AddWorkerMessaging();
        builder.Services.AddWorkerHealth();
    }
}
