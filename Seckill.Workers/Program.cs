using Seckill.Hosting;
using Seckill.Operations.Alerts.Alertmanager;
using Seckill.Workers;

return await SeckillProgram.RunAsync(
    "seckill-workers", args, builder => builder.AddSeckillWorker(), app => app.MapAlertmanagerWebhookForToken("/api/alerts/alertmanager"));
