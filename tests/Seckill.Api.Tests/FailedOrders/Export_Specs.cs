using System.Net;
using System.Net.Http.Headers;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Hosting.Identity;
using Seckill.Operations.Postgres;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.FailedOrders;

[Collection(ApiCollection.Name)]
public sealed class Export_Specs(ApiServers servers) : IAsyncLifetime
{
    const int Many = 100_000;

    readonly ApiHost _api = servers.Api;
    readonly ArchivedOrders _orders = new(servers.Api);
    readonly string _operator = "operator-" + Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => ExecuteAsync($"DELETE FROM failed_order_archives WHERE activity_id = {_orders.ActivityId}");

    [Fact]
    public async Task Should_be_exported_so_that_no_cell_is_a_formula_and_none_is_lost()
    {
        var errors = new[] { "a,b", "say \"no\"", "two\nlines", "抢购 🎉", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx" };
        for (var i = 0; i < errors.Length; i++)
            await _orders.Archive.AddAsync(_orders.Order(Guid.CreateVersion7().ToString(), null, DateTimeOffset.UtcNow.AddSeconds(-i)) with { LastError = errors[i] });

        var answer = await ExportAsync($"activityId={_orders.ActivityId}");

        answer.ShouldBe(HttpStatusCode.OK);
        answer.MediaType.ShouldBe("text/csv");
        var rows = CsvText.Parse(answer.Text);
        rows[0].ShouldContain("last_error");
        var column = rows[0].IndexOf("last_error");
        rows.Skip(1).Select(x => x[column]).ShouldBe(
            ["a,b", "say \"no\"", "two\nlines", "抢购 🎉", "'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "'\tx"]);
        (await ExportAsync("limit=1")).ShouldBlame("limit");
    }

    [Fact]
    public async Task Should_send_a_hundred_thousand_rows_in_constant_memory()
    {
        await AddManyAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await BeginExportAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldNotBeNull().ShouldContain("archive_id");
        var ids = new HashSet<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            ids.Add(line.Split(',')[0]);
            // What is on its way between server and reader is less than all: the server is at work. All rows together are ten times this much.
            if (ids.Count == 1000)
                (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(20_000_000);
        }

        ids.Count.ShouldBe(Many);
        await EndsAsync("export failed-orders done");
    }

    [Fact]
    public async Task Should_write_down_that_nobody_waited_for_the_end()
    {
        await AddManyAsync();

        // A response that is given back before its end closes the connection.
        (await BeginExportAsync()).Dispose();

        await EndsAsync("export failed-orders failed");
        // Nothing of it is left at work: an export after it gets through.
        (await ExportAsync("activityId=1")).ShouldBe(HttpStatusCode.OK);
    }

    Task<ApiAnswer> ExportAsync(string query) => _api.GetAsync("/api/failed-orders.csv?" + query, _operator, Roles.Operator);

    async Task<HttpResponseMessage> BeginExportAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/failed-orders.csv?activityId={_orders.ActivityId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _api.Token(_operator, Roles.Operator));
        return (await _api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
    }

    /// <summary>Each with a payload of a kilobyte, which the export does not show and may not keep.</summary>
    Task AddManyAsync() => ExecuteAsync($$"""
        INSERT INTO failed_order_archives (archive_id, activity_id, cause, last_error, attempts, dead_letter_attempts, payload, payload_is_base64, headers,
          history, first_failed_at, archived_at)
        SELECT gen_random_uuid()::text, {{_orders.ActivityId}}, 'redis', 'it broke', 3, 2, repeat('x', 1000), false, '{}', '[]', now(),
          now() - n / 10 * interval '1 ms'
        FROM generate_series(1, {{Many}}) n
        """);

    /// <summary>Without the limit that the system sets itself: so many rows take as long as they take.</summary>
    async Task ExecuteAsync(string sql)
    {
        await using var command = _api.Services.GetRequiredService<PostgresDatabase>().Source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    Task EndsAsync(string expected) => Eventually.HoldsAsync(async () => await LastAsync() == expected, expected);

    /// <summary>The last entry of the audit log; empty when there is none.</summary>
    async Task<string> LastAsync() => string.Concat(
        (await _api.TrailAsync($"actor={_operator}&limit=1")).Select(x => $"{x.GetProperty("action")} {x.GetProperty("target")} {x.GetProperty("outcome")}"));
}
