using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Operations.Alerts;
using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Alerts;

public sealed class AlertMetrics_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_count_deliveries_by_channel_and_outcome_without_ids()
    {
        var hook = await UpAsync(new WebhookServer());
        hook.Fault = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        var host = await StartAsync(Webhook(hook));
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        var seen = new ConcurrentQueue<(string Instrument, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests have meters of the same name.
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument is Counter<long>)
                seen.Enqueue((instrument.Name, string.Join(",", tags.ToArray().Select(x => $"{x.Key}={x.Value}"))));
        });
        listener.Start();

        await host.Alerts.RaiseAsync(Urgent("order-4711"));
        await host.Alerts.RaiseAsync(Urgent("order-4711"));
        await Clock.RunUntilAsync(() => seen.Contains((AlertMetrics.Deliveries, "channel=hook,outcome=failed")), "a failure is counted");
        hook.Fault = null;
        await Clock.RunUntilAsync(() => seen.Contains((AlertMetrics.Deliveries, "channel=hook,outcome=delivered")), "the delivery is counted");

        seen.ShouldContain((AlertMetrics.Raised, "outcome=accepted"));
        seen.ShouldContain((AlertMetrics.Raised, "outcome=repeated"));
        seen.ShouldAllBe(x => !x.Tags.Contains("4711"));
    }
}
