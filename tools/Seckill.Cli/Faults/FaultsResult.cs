using Seckill.Cli.Demo;

namespace Seckill.Cli.Faults;

/// <summary>What a demo of faults saw.</summary>
sealed record FaultsResult
{
    /// <summary>Every order ended where it should, and the books balance.</summary>
    public bool AsExpected => Problems.Count == 0;

    /// <summary>What was not as expected.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Command { get; init; }

    public required string Commit { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyList<GroupResult> Groups { get; init; }

    public required AlertsResult Alerts { get; init; }

    public required ReprocessingResult Reprocessing { get; init; }

    public required DemoAudit Audit { get; init; }

    /// <summary>Both parts together; the restart of the workers between them is not in it.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What became of the orders of a group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Story">What happened to them.</param>
/// <param name="Orders">How many there are.</param>
/// <param name="ExpectedEnd">The state in which they should end.</param>
/// <param name="Ends">In which they ended.</param>
/// <param name="Tries">Tries of compensation and of the dead-letter consumer, and how many orders took so many.</param>
/// <param name="Alerts">Alerts that WeCom's robot was told.</param>
/// <param name="UrgentAlerts">Alerts that DingTalk's robot was told, which are the urgent ones.</param>
sealed record GroupResult(
    string Name, string Story, int Orders, string ExpectedEnd, IReadOnlyDictionary<string, int> Ends, IReadOnlyDictionary<string, int> Tries, int Alerts,
    int UrgentAlerts);

/// <summary>What the robots were told.</summary>
/// <param name="DingTalk">Messages to DingTalk's robot, all rightly signed.</param>
/// <param name="WeCom">Messages to WeCom's robot.</param>
/// <param name="Refused">Messages that were not signed or not written as documented.</param>
/// <param name="Kinds">Messages by kind of alert.</param>
sealed record AlertsResult(int DingTalk, int WeCom, int Refused, IReadOnlyDictionary<string, int> Kinds);

/// <summary>How archived orders were ended.</summary>
/// <param name="Single">One by one.</param>
/// <param name="DryRun">What the dry run said of the others: orders by action.</param>
/// <param name="Bulk">Those that workers were told to process at once.</param>
/// <param name="HandledByHand">Records that nobody can read.</param>
sealed record ReprocessingResult(int Single, IReadOnlyDictionary<string, int> DryRun, int Bulk, int HandledByHand);
