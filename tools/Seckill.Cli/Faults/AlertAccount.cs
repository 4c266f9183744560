using Seckill.Operations.Alerts;

namespace Seckill.Cli.Faults;

/// <summary>Which alerts there should be, and which there are. A robot may be told the same twice; that counts once.</summary>
sealed class AlertAccount(IReadOnlyCollection<FailingOrder> orders, IReadOnlyCollection<string> unreadable)
{
    /// <summary>What should have come and did not, and what came and should not have.</summary>
    public IEnumerable<string> Problems(IReadOnlyCollection<RobotMessage> messages) => Missing(messages).Concat(Unexpected(messages));

    /// <summary>What should have come and did not: every alert at WeCom, and the urgent ones at DingTalk as well.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<RobotMessage> messages)
    {
        var told = messages.Select(x => (x.Robot, x.Kind, x.Subject)).ToHashSet();
        return Expected().Where(x => !told.Contains(x)).Select(x => $"{x.Robot} was never told {x.Kind} of {x.Subject}");
    }

    /// <summary>Different alerts that a robot was told of some orders.</summary>
    public static int Count(IEnumerable<RobotMessage> messages, string robot, IEnumerable<string> subjects)
    {
        var about = subjects.ToHashSet(StringComparer.Ordinal);
        return messages.Where(x => x.Robot == robot && about.Contains(x.Subject)).Select(x => (x.Kind, x.Subject)).Distinct().Count();
    }

    IEnumerable<string> Unexpected(IReadOnlyCollection<RobotMessage> messages)
    {
        var expected = Expected().ToHashSet();
        // What is told of these depends on how far they got, and how servers do is another matter.
        var open = orders.Where(x => FaultGroups.Of(x.Group).Alerts is null).Select(x => x.OrderId.ToString("D")).Append("").ToHashSet(StringComparer.Ordinal);
        return messages.Where(x => !open.Contains(x.Subject) && !expected.Contains((x.Robot, x.Kind, x.Subject))).Select(x => $"{x.Robot} was told: {x.Title}").Distinct();
    }

    IEnumerable<(string Robot, string Kind, string Subject)> Expected()
        => orders.SelectMany(order => (FaultGroups.Of(order.Group).Alerts ?? []).Select(kind => (Kind: kind, Subject: order.OrderId.ToString("D"))))
            .Concat(unreadable.Select(x => (Kind: AlertKinds.OrderArchived, Subject: x)))
            .SelectMany(x => RobotsFor(x.Kind).Select(robot => (robot, x.Kind, x.Subject)));

    static string[] RobotsFor(string kind) => kind == AlertKinds.OrderArchived ? [Robot.DingTalk, Robot.WeCom] : [Robot.WeCom];
}
