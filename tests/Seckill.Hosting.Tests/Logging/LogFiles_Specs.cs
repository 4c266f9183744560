using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Hosting.Logging;

namespace Seckill.Hosting.Tests.Logging;

public sealed class LogFiles_Specs : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("seckill-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("alice\n{\"Level\":\"Information\",\"RenderedMessage\":\"mallory was made an admin\"}")]
    [InlineData("alice\r\nSet-Cookie: x")]
    [InlineData("\u2028\u2029\u0085\u001b[2J\0")]
    [InlineData("\"}\n{")]
    [InlineData("{Other} {@Other} {0}")]
    public async Task Should_write_one_line_for_each_event_whatever_it_is_about(string said)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logs:Directory"] = _folder });
        builder.AddSeckillLogging("test");
        await using (var app = builder.Build())
        {
            var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("orders");
            log.LogWarning(new InvalidOperationException(said), "{Caller} was refused", said);
        }

        var line = (await File.ReadAllLinesAsync(Directory.GetFiles(_folder).ShouldHaveSingleItem())).ShouldHaveSingleItem();
        var entry = JsonDocument.Parse(line).RootElement;
        entry.GetProperty("Properties").GetProperty("Caller").GetString().ShouldBe(said);
        entry.GetProperty("Level").GetString().ShouldBe("Warning");
    }
}
