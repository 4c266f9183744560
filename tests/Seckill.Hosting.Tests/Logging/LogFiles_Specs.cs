using System.Diagnostics;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Logging;
using Seckill.TestSupport;

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

    [Fact]
    public void Should_say_of_a_wrong_size_which_setting_it_is()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logs:Directory"] = _folder, ["Logs:FileSizeBytes"] = "-1" });
        builder.AddSeckillLogging("test");

        Should.Throw<OptionsValidationException>(builder.Build).Message.ShouldContain(nameof(LogsOptions.FileSizeBytes));
    }

    [Fact]
    public async Task Should_put_a_line_that_names_an_order_under_the_orders_trace()
    {
        var orderId = Guid.Parse("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877");
        using var request = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        var lines = await WriteAsync(log =>
        {
            log.LogWarning("Order {OrderId} is late", orderId);
            log.LogWarning("Order {OrderId} is late", orderId.ToString("D"));
            log.LogWarning("Order {OrderId} is none", "42");
            log.LogWarning("Nothing is late");
        });

        lines.Select(x => x.GetProperty("TraceId").GetString())
            .ShouldBe(["019a9f5e6c007a3b8f4e2d1c0b9a8877", "019a9f5e6c007a3b8f4e2d1c0b9a8877", request.TraceId.ToHexString(), request.TraceId.ToHexString()]);
        lines[0].TryGetProperty("SpanId", out _).ShouldBeFalse();
        lines[3].GetProperty("SpanId").GetString().ShouldBe(request.SpanId.ToHexString());
    }

    [Fact]
    public async Task Should_say_which_span_of_an_order_a_line_was_written_in()
    {
        var orderId = Guid.Parse("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877");
        using var step = new Activity("step").SetIdFormat(ActivityIdFormat.W3C)
            .SetParentId(ActivityTraceId.CreateFromString("019a9f5e6c007a3b8f4e2d1c0b9a8877"), ActivitySpanId.CreateRandom()).Start();

        var line = (await WriteAsync(log => log.LogWarning("Order {OrderId} is late", orderId))).ShouldHaveSingleItem();

        line.GetProperty("SpanId").GetString().ShouldBe(step.SpanId.ToHexString());
    }

    [Fact]
    public async Task Should_follow_the_file_of_levels_while_it_runs()
    {
        var levels = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "levels")).FullName, "levels.json");
        await using var app = App(("Logs:LevelsFile", levels));
        var orders = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Seckill.Orders");
        var others = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Seckill.Others");
        orders.IsEnabled(LogLevel.Debug).ShouldBeFalse();

        await File.WriteAllTextAsync(levels, """{ "Logging": { "LogLevel": { "Seckill.Orders": "Debug" } } }""");
        await Eventually.HoldsAsync(() => orders.IsEnabled(LogLevel.Debug), "the file counts when it appears");
        others.IsEnabled(LogLevel.Debug).ShouldBeFalse();

        // What can't be read ends nothing; the next that can counts.
        await File.WriteAllTextAsync(levels, "{ \"Logging\": ");
        await File.WriteAllTextAsync(levels, """{ "Logging": { "LogLevel": { "Seckill.Orders": "Error" } } }""");
        await Eventually.HoldsAsync(() => !orders.IsEnabled(LogLevel.Warning), "the file counts when it changes");

        File.Delete(levels);
        await Eventually.HoldsAsync(() => orders.IsEnabled(LogLevel.Information) && !orders.IsEnabled(LogLevel.Debug), "all is as before when it is gone");
    }

    [Fact]
    public async Task Should_delete_the_oldest_files_of_earlier_processes_and_none_that_a_living_one_writes()
    {
        var living = Old("test-1-20260101.json", days: 9);
        var earlier = Enumerable.Range(2, 4).Select(x => Old($"test-{x}-20260101.json", days: x)).ToList();
        var rolled = Old("test-5-20260101_001.json", days: 8);
        string[] others = [Old("test-two-6-20260101.json", days: 9), Old("test-7-notes.json", days: 9), Old("other-8-20260101.json", days: 9)];
        await using var writer = new FileStream(living, FileMode.Append, FileAccess.Write, FileShare.Read);

        await using var app = App(("Logs:RetainedFiles", "3"), ("Urls", "http://127.0.0.1:0"));
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("orders").LogWarning("This process has a file, too");
        await app.StartAsync();

        var own = Directory.GetFiles(_folder, $"test-{Environment.ProcessId}-*.json").ShouldHaveSingleItem();
        Directory.GetFiles(_folder).Order().ShouldBe(((string[])[own, earlier[0], earlier[1], living, .. others]).Order());
        File.Exists(rolled).ShouldBeFalse();
    }

    string Old(string name, int days)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "{}\n");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));
        return path;
    }

    async Task<IReadOnlyList<JsonElement>> WriteAsync(Action<ILogger> write)
    {
        await using (var app = App())
            write(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("orders"));
        return (await File.ReadAllLinesAsync(Directory.GetFiles(_folder).ShouldHaveSingleItem())).Select(x => JsonDocument.Parse(x).RootElement).ToList();
    }

    WebApplication App(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Append(("Logs:Directory", _folder)).ToDictionary(x => x.Item1, x => (string?)x.Item2));
        builder.AddSeckillLogging("test");
        return builder.Build();
    }
}
