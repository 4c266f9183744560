namespace Seckill.Operations.Alerts.Texts;

/// <summary>What people read about a kind of alert.</summary>
/// <param name="Title">The headline, without severity and subject.</param>
/// <param name="Sentence">What happened, and what it means.</param>
/// <param name="ToDo">What to do.</param>
/// <param name="Resolved">What it means that it is over.</param>
sealed record AlertText(string Title, string Sentence, string ToDo, string Resolved);
