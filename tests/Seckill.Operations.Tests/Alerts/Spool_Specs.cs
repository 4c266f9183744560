using Microsoft.Extensions.Logging;

using Seckill.Operations.Alerts;
using Seckill.Operations.Tests.Alerts.Support;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts;

public sealed class Spool_Specs : AlertsFixture
{
    [Fact]
    public async Task Should_have_the_alert_on_disk_when_raise_returns()
    {
        var spool = NewSpool();
        var host = await StartAsync(Webhook(Keep(new WebhookServer())), spool);

        await host.Alerts.RaiseAsync(Urgent("mysql"));
        Delivery_Specs.SpooledFiles(spool).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_what_is_raised_while_the_process_starts()
    {
        var down = Keep(new WebhookServer());
        for (var i = 0; i < 30; i++)
        {
            var spool = NewSpool();
            await using var host = await AlertsHost.StartAsync(new Dictionary<string, string?>(Webhook(down)) { ["DeduplicationSeconds"] = "0" }, spool, Clock);
            for (var j = 0; j < 20; j++)
                await host.Alerts.RaiseAsync(Urgent("mysql"));
            Delivery_Specs.SpooledFiles(spool).Length.ShouldBe(20);
        }
    }

    [Fact]
    public async Task Should_set_broken_files_aside_and_deliver_the_others()
    {
        var hook = Keep(new WebhookServer());
        var spool = NewSpool();
        var first = await StartAsync(Webhook(hook), spool);
        await first.Alerts.RaiseAsync(Urgent("mysql"));
        await first.DisposeAsync();
        var folder = Path.GetDirectoryName(Delivery_Specs.SpooledFiles(spool).Single())!;
        await File.WriteAllTextAsync(Path.Combine(folder, "000000000000001-000001-aaaaaaaa.json"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "000000000000002-000001-aaaaaaaa.json"), "{\"Id\":\"000000000000002-000001-aaaaaaaa\"");
        await File.WriteAllTextAsync(Path.Combine(folder, "000000000000003-000001-aaaaaaaa.json"), "{\"Id\":\"x\",\"Alert\":null,\"Channels\":[]}");
        await File.WriteAllTextAsync(Path.Combine(folder, "000000000000004-000001-aaaaaaaa.json.tmp"), "{");

        await hook.UpAsync();
        var second = await StartAsync(Webhook(hook), spool);

        await hook.WaitForAsync(1);
        hook.Keys.ShouldBe(["mysql"]);
        Directory.GetFiles(folder, "*.broken").Length.ShouldBe(3);
        Directory.GetFiles(folder, "*.tmp").ShouldBeEmpty();
        second.Log.Has(LogLevel.Error, "set aside").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_take_over_what_a_process_left_that_does_not_come_back()
    {
        var hook = Keep(new WebhookServer());
        var spool = NewSpool();
        var stays = await StartAsync(Webhook(hook), spool);
        var ends = await StartAsync(Webhook(hook), spool);
        await ends.Alerts.RaiseAsync(Urgent("mysql"));
        await Eventually.HoldsAsync(() => Directory.GetDirectories(spool).Length == 2, "each process has a folder");
        await ends.DisposeAsync();

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Taken.Count == 1, "the other process told it", TimeSpan.FromSeconds(60));
        hook.Keys.ShouldBe(["mysql"]);
        stays.Log.Has(LogLevel.Information, "earlier process").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_tell_what_waits_beside_a_file_that_the_disk_does_not_give()
    {
        var hook = Keep(new WebhookServer());
        var spool = NewSpool();
        var first = await StartAsync(Webhook(hook), spool);
        await first.Alerts.RaiseAsync(Urgent("mysql"));
        await first.Alerts.RaiseAsync(Urgent("kafka"));
        await first.DisposeAsync();
        var bad = LeaveUnreadable(Path.GetDirectoryName(Delivery_Specs.SpooledFiles(spool)[0])!);

        await hook.UpAsync();
        var second = await StartAsync(Webhook(hook), spool);

        await hook.WaitForAsync(2);
        hook.Keys.ShouldBe(["mysql", "kafka"]);
        second.Log.Has(LogLevel.Error, $"The alert in {bad} can't be taken now").ShouldBeTrue();
        second.Log.Text.ShouldNotContain("can't be kept on disk");
    }

    [Fact]
    public async Task Should_take_over_what_ended_processes_left_beside_a_file_that_the_disk_does_not_give()
    {
        var hook = Keep(new WebhookServer());
        var spool = NewSpool();
        var stays = await StartAsync(Webhook(hook), spool);
        var (one, two) = (await StartAsync(Webhook(hook), spool), await StartAsync(Webhook(hook), spool));
        await one.Alerts.RaiseAsync(Urgent("mysql"));
        await one.Alerts.RaiseAsync(Urgent("kafka"));
        await two.Alerts.RaiseAsync(Urgent("redis"));
        await Eventually.HoldsAsync(() => Directory.GetDirectories(spool).Length == 3, "each process has a folder");
        foreach (var file in Delivery_Specs.SpooledFiles(spool))
            LeaveUnreadable(Path.GetDirectoryName(file)!);
        await one.DisposeAsync();
        await two.DisposeAsync();

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Taken.Count == 3, "all came that can be read", TimeSpan.FromSeconds(60));

        hook.Keys.Order().ShouldBe(["kafka", "mysql", "redis"]);
        stays.Log.Has(LogLevel.Error, "can't be taken now").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_take_over_later_what_could_not_be_moved_at_first()
    {
        var hook = await UpAsync(new WebhookServer());
        var spool = NewSpool();
        var stays = await StartAsync(Webhook(hook), spool);
        var ends = await StartAsync(Webhook(Keep(new WebhookServer())), spool);
        await ends.Alerts.RaiseAsync(Urgent("mysql"));
        await Eventually.HoldsAsync(() => Directory.GetDirectories(spool).Length == 2, "each process has a folder");
        var left = Delivery_Specs.SpooledFiles(spool).Single();
        // A folder with its name is where it would be moved to.
        var folder = Directory.GetDirectories(spool).Single(x => x != Path.GetDirectoryName(left));
        var inTheWay = Directory.CreateDirectory(Path.Combine(folder, Path.GetFileName(left)));
        await ends.DisposeAsync();
        await Clock.RunUntilAsync(() => stays.Log.Has(LogLevel.Error, $"The alert in {left} can't be taken now"), "it is reported", step: TimeSpan.FromSeconds(10));
        File.Exists(left).ShouldBeTrue();

        inTheWay.Delete();

        await Clock.RunUntilAsync(() => hook.Taken.Count == 1, "it came", step: TimeSpan.FromSeconds(10));
        hook.Keys.ShouldBe(["mysql"]);
    }

    [Fact]
    public async Task Should_not_take_what_a_running_process_holds()
    {
        var (mine, others) = (await UpAsync(new WebhookServer()), Keep(new WebhookServer()));
        var spool = NewSpool();
        var busy = await StartAsync(Webhook(others), spool);
        await busy.Alerts.RaiseAsync(Urgent("mysql"));
        var idle = await StartAsync(Webhook(mine), spool);

        Clock.Advance(TimeSpan.FromMinutes(3));
        await idle.Alerts.RaiseAsync(Urgent("kafka"));
        await mine.WaitForAsync(1);
        Clock.Advance(TimeSpan.FromMinutes(3));
        await idle.Alerts.RaiseAsync(Urgent("redis"));
        await mine.WaitForAsync(2);
        mine.Keys.ShouldBe(["kafka", "redis"]);
    }

    [Fact]
    public async Task Should_drop_the_oldest_warnings_first_when_full_and_tell_it()
    {
        var hook = Keep(new WebhookServer());
        var spool = NewSpool();
        var host = await StartAsync(new(Webhook(hook)) { ["SpoolMaxAlerts"] = "5", ["DeduplicationSeconds"] = "0" }, spool);
        foreach (var key in (string[])["u1", "u2"])
            await host.Alerts.RaiseAsync(Urgent(key));
        foreach (var key in (string[])["w1", "w2", "w3", "w4"])
            await host.Alerts.RaiseAsync(Warning(key));
        await host.Alerts.RaiseAsync(Urgent("u3"));
        Delivery_Specs.SpooledFiles(spool).Length.ShouldBe(6, "five, and the news that two were dropped");

        await hook.UpAsync();
        await Clock.RunUntilAsync(() => hook.Keys.Count == 6, "all came that are left", TimeSpan.FromSeconds(60));

        hook.Keys.Order().ShouldBe(["", "u1", "u2", "u3", "w3", "w4"]);
        var dropped = hook.Alerts.Single(x => x.GetProperty("kind").GetString() == AlertKinds.AlertsDropped);
        dropped.GetProperty("facts")[0].GetProperty("value").GetString().ShouldBe("2");
        host.Log.Has(LogLevel.Error, "Alert dropped because more than 5 wait").ShouldBeTrue();
    }

    [Fact]
    public async Task Should_reroute_what_was_spooled_for_a_channel_that_is_gone()
    {
        var hook = await UpAsync(new WebhookServer());
        var spool = NewSpool();
        var before = await StartAsync(Webhook(Keep(new WebhookServer()), "old"), spool);
        await before.Alerts.RaiseAsync(Urgent("mysql"));
        await before.DisposeAsync();

        await StartAsync(Webhook(hook, "new"), spool);
        await hook.WaitForAsync(1);
        hook.Keys.ShouldBe(["mysql"]);
    }

    [Fact]
    public async Task Should_not_tell_a_channel_again_after_a_restart_that_took_it_already()
    {
        var (up, down) = (await UpAsync(new WebhookServer()), Keep(new WebhookServer()));
        var spool = NewSpool();
        var settings = new Dictionary<string, string?>(Webhook(up, "up").Concat(Webhook(down, "down")));
        var first = await StartAsync(settings, spool);
        await first.Alerts.RaiseAsync(Urgent("mysql"));
        await up.WaitForAsync(1);
        // The file says who is left once it no longer names the channel that took it.
        await Eventually.HoldsAsync(() => !File.ReadAllText(Delivery_Specs.SpooledFiles(spool).Single()).Contains("\"up\""), "it is noted");
        await first.DisposeAsync();

        await down.UpAsync();
        var second = await StartAsync(settings, spool);
        await down.WaitForAsync(1);
        await second.Alerts.RaiseAsync(Urgent("kafka"));
        await up.WaitForAsync(2);
        up.Keys.ShouldBe(["mysql", "kafka"]);
    }

    /// <summary>A link to itself, which is in the way before all alerts and which nobody can open, whatever rights they have.</summary>
    static string LeaveUnreadable(string folder)
    {
        var file = Path.Combine(folder, "000000000000001-000001-aaaaaaaa.json");
        if (!Path.Exists(file) && new FileInfo(file).LinkTarget is null)
            File.CreateSymbolicLink(file, file);
        return file;
    }
}
