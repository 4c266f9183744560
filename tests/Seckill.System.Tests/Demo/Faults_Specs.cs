using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Seckill.Cli.Faults;
using Seckill.Faults;
using Seckill.Operations.Alerts;
using Seckill.Operations.CompensationLog;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Demo;

public sealed class Faults_Specs
{
    const string Order = "01a203df-8572-7678-86db-d67d52638af2";

    [Fact]
    public void Should_ask_for_faults_that_workers_understand()
    {
        var faults = FaultSettings.Faults("/counts").ToDictionary(x => x.Key.Split("__")[1], x => x.Value);

        faults.Remove(FaultPointServices.CountsDirectory).ShouldBeTrue();
        foreach (var (point, fault) in faults)
        {
            KnownPoints.Find(point).ShouldNotBeNull().IsOfMany.ShouldBeFalse();
            FaultSetting.TryParse(KnownPoints.Find(point)!, fault, out _).ShouldBeTrue(fault);
        }
    }

    [Fact]
    public void Should_have_no_group_whose_buyers_meet_the_faults_of_another()
    {
        foreach (var group in FaultGroups.All)
            FaultGroups.All.Where(x => x != group).ShouldAllBe(x => !x.Prefix.StartsWith(group.Prefix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(1000)]
    public void Should_give_every_order_to_a_group(int orders)
    {
        FaultGroups.All.Sum(x => FaultGroups.Share(x, orders)).ShouldBe(orders);
        FaultGroups.All.ShouldAllBe(x => FaultGroups.Share(x, orders) > 0);
    }

    [Fact]
    public void Should_count_tries_by_stage()
    {
        OrderSight.TriesOf([]).ShouldBe("0+0");
        OrderSight.TriesOf(
        [
            (CompensationStepNames.HandedOver, null), (CompensationStepNames.AttemptFailed, null), (CompensationStepNames.AttemptFailed, null),
            (CompensationStepNames.DeadLettered, null), (CompensationStepNames.Succeeded, "dead_letter: Committed"),
        ]).ShouldBe("2+1");
        OrderSight.TriesOf([(CompensationStepNames.Succeeded, "compensation: Cancelled")]).ShouldBe("1+0");
    }

    [Fact]
    public void Should_miss_an_alert_that_one_robot_was_not_told()
    {
        var account = new AlertAccount([new FailingOrder(Guid.Parse(Order), "given-up", "given-up-1", 1)], []);
        var told = new List<RobotMessage>
        {
            Message(Robot.WeCom, AlertKinds.OrderDeadLettered), Message(Robot.WeCom, AlertKinds.DeadLetterFailed), Message(Robot.WeCom, AlertKinds.OrderArchived),
        };

        account.Problems(told).ShouldHaveSingleItem().ShouldContain(Robot.DingTalk);
        told.Add(Message(Robot.DingTalk, AlertKinds.OrderArchived));
        account.Problems(told).ShouldBeEmpty();
        told.Add(Message(Robot.DingTalk, AlertKinds.DeadLetterFailed));
        account.Problems(told).ShouldHaveSingleItem().ShouldContain("was told");
    }

    [Fact]
    public async Task Should_take_what_is_signed_and_refuse_what_is_not()
    {
        var port = FreePort.Next();
        await using var robot = await Robot.StartAsync(port, TimeProvider.System, [], CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var now = DateTimeOffset.UtcNow;

        (await PostAsync(client, Signed(now, FaultSettings.DingTalkSecret))).ShouldBe(0);
        (await PostAsync(client, Signed(now, "SECsomebody-elses"))).ShouldBe(310_000);
        (await PostAsync(client, Signed(now.AddHours(-2), FaultSettings.DingTalkSecret))).ShouldBe(310_000);
        (await PostAsync(client, FaultSettings.DingTalkPath)).ShouldBe(310_000);

        robot.Messages.ShouldBe([new RobotMessage(Robot.DingTalk, AlertKinds.OrderArchived, Order, $"### [Urgent] Archived: {Order}")]);
        robot.Wrong.ShouldBe(3);
    }

    static RobotMessage Message(string robot, string kind) => new(robot, kind, Order, kind);

    static string Signed(DateTimeOffset at, string secret)
    {
        var timestamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}\n{secret}")));
        return $"{FaultSettings.DingTalkPath}?access_token=demo&timestamp={timestamp}&sign={Uri.EscapeDataString(sign)}";
    }

    static async Task<int> PostAsync(HttpClient client, string path)
    {
        var text = $"### [Urgent] Archived: {Order}\n\n> `docs/runbook.md#{AlertKinds.OrderArchived}`\n";
        using var response = await client.PostAsJsonAsync(path, new { msgtype = "markdown", markdown = new { title = "x", text } });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errcode").GetInt32();
    }
}
