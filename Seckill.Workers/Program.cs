using Seckill.Hosting;
using Seckill.Hosting.Status;
using Seckill.Operations.Alerts.Alertmanager;
using Seckill.Workers;

return await SeckillProgram.RunAsync(
    "seckill-workers", args, builder => builder.AddSeckillWorker(), app =>
    {
        app.MapSeckillStatus();
        app.MapAlertmanagerWebhookForToken("/api/alerts/alertmanager");
    });
