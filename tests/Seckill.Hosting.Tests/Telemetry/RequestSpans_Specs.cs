using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class RequestSpans_Specs
{
    [Theory]
    [InlineData("/span-specs/7", HttpStatusCode.NoContent, ActivityStatusCode.Unset, null)]
    [InlineData("/span-specs/refused", HttpStatusCode.Conflict, ActivityStatusCode.Unset, null)]
    [InlineData("/span-specs/broken", HttpStatusCode.BadGateway, ActivityStatusCode.Error, "502")]
    [InlineData("/span-specs/thrown", HttpStatusCode.InternalServerError, ActivityStatusCode.Error, "System.InvalidOperationException")]
    public async Task Should_say_of_a_request_what_became_of_it(string path, HttpStatusCode status, ActivityStatusCode outcome, string? error)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = x => x.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(app.Urls.Single() + path));
        await app.StopAsync();

        answer.StatusCode.ShouldBe(status);
        var span = spans.Where(x => x.DisplayName == "GET /span-specs/{what}").ShouldHaveSingleItem();
        span.GetTagItem("http.route").ShouldBe("/span-specs/{what}");
        span.GetTagItem("http.response.status_code").ShouldBe((int)status);
        span.Status.ShouldBe(outcome);
        span.GetTagItem("error.type").ShouldBe(error);
    }

    static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1";
        var app = builder.Build();
        app.UseRequestSpans();
        app.MapGet("/span-specs/{what}", IResult (string what) => what switch
        {
            "thrown" => throw new InvalidOperationException("as was asked for"),
            "broken" => Results.StatusCode(StatusCodes.Status502BadGateway),
            "refused" => Results.Conflict(),
            _ => Results.NoContent(),
        });
        await app.StartAsync();
        return app;
    }
}
