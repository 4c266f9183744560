using Seckill.Admission;
using Seckill.Hosting;
using Seckill.Ledger;
using Seckill.Operations;
using Seckill.Operations.Alerts.Alertmanager;
using Seckill.Payments;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Report;
using Seckill.Sagas.Transactions;
using Seckill.Workers;

return await SeckillProgram.RunAsync("seckill-workers", args, builder =>
{
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
},
app => app.MapAlertmanagerWebhookForToken("/api/alerts/alertmanager"));
