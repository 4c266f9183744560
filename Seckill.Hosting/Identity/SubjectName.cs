namespace Seckill.Hosting.Identity;

/// <summary>What claim <c>sub</c> may be: 1 to 64 (the width of the columns that hold it) visible ASCII characters.</summary>
public static class SubjectName
{
    const int MaximumLength = 64;

    /// <summary>The rule in words.</summary>
    public const string Rule = "1 to 64 visible ASCII characters";

    /// <summary>Whether <paramref name="subject"/> keeps to the rule.</summary>
    public static bool IsValid(string? subject)
        => subject is { Length: > 0 and <= MaximumLength } && !subject.AsSpan().ContainsAnyExceptInRange('!', '~');
}
