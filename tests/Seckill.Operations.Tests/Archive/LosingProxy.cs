using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Operations.Tests.Alerts.Support;

namespace Seckill.Operations.Tests.Archive;

/// <summary>Stands before an HTTP server and loses answers: what was asked for is done, and nobody hears of it.</summary>
sealed class LosingProxy : IAsyncDisposable
{
    readonly HttpClient _client = new();
    readonly WebApplication _app;
    readonly string _target;
    int _lost;

    LosingProxy(string target)
    {
        _target = target;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseLoopback(0);
        builder.Services.AddLogging(x => x.ClearProviders());
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public string Url => _app.Urls.Single();

    /// <summary>The answer to the next such request is lost.</summary>
    public Func<HttpRequest, bool>? LosesNext { get; set; }

    public int Lost => Volatile.Read(ref _lost);

    public static async Task<LosingProxy> StartAsync(string target)
    {
        var proxy = new LosingProxy(target);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    async Task PassAsync(HttpContext context)
    {
        using var answer = await ForwardAsync(context);
        if (LosesNext?.Invoke(context.Request) == true)
        {
            LosesNext = null;
            Interlocked.Increment(ref _lost);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(x => x.Key is not "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body);
    }

    async Task<HttpResponseMessage> ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target + rawTarget))
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        // The host as well: it is part of what is signed.
        foreach (var (name, values) in context.Request.Headers.Where(x => x.Key is not ("Content-Length" or "Transfer-Encoding" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return await _client.SendAsync(request, context.RequestAborted);
    }
}
