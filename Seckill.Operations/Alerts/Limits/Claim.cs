namespace Seckill.Operations.Alerts.Limits;

/// <summary>What the processes agreed on about an alert.</summary>
/// <param name="IsWon">Whether this alert is told; else another process's is.</param>
/// <param name="Repeats">Repeats at other processes before it, when won.</param>
/// <param name="Left">How long the other's window lasts, when not won.</param>
readonly record struct Claim(bool IsWon, long Repeats, TimeSpan Left);
