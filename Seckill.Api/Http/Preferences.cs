using System.Globalization;

using Microsoft.Extensions.Primitives;

namespace Seckill.Api.Http;

/// <summary>What a client prefers, by header <c>Prefer</c> of RFC 7240. A preference is not an order: what can't be read counts for nothing.</summary>
static class Preferences
{
    public const string Header = "Prefer";

    /// <summary>Names the preferences that were followed.</summary>
    public const string AppliedHeader = "Preference-Applied";

    const string Wait = "wait";

    /// <summary>The seconds that the client would rather wait for a final answer (<c>wait</c>, RFC 7240 section 4.3); null when it would not.</summary>
    /// <param name="prefer">The header; it may be there several times, with several preferences each.</param>
    /// <param name="maximum">The most that anybody waits.</param>
    public static int? WaitSeconds(StringValues prefer, int maximum)
    {
        foreach (var line in prefer)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (IsWait(line.AsSpan(range), out var seconds))
                    return seconds is > 0 ? (int)Math.Min(seconds.Value, maximum) : null;
            }
        }

        return null;
    }

    /// <summary>Whether this is the preference, with its value unless that is none. Only the first counts.</summary>
    static bool IsWait(ReadOnlySpan<char> preference, out long? seconds)
    {
        seconds = null;
        var end = preference.IndexOf(';');
        var pair = (end < 0 ? preference : preference[..end]).Trim();
        var equals = pair.IndexOf('=');
        if (!(equals < 0 ? pair : pair[..equals].TrimEnd()).Equals(Wait, StringComparison.OrdinalIgnoreCase))
            return false;

        if (equals >= 0 && long.TryParse(pair[(equals + 1)..].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            seconds = value;
        return true;
    }
}
