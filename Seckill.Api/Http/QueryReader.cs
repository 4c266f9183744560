using System.Globalization;

namespace Seckill.Api.Http;

/// <summary>Reads query parameters and names every wrong one.</summary>
sealed class QueryReader(IQueryCollection query)
{
    public FieldErrors Errors { get; } = new();

    /// <summary>Notes an error for each parameter that the call does not know: a misspelt filter must not look like one that let everything through.</summary>
    public QueryReader Allow(params string[] names)
    {
        foreach (var name in query.Keys)
        {
            if (!names.Contains(name))
                Errors.Add(name, $"is not known; known are {string.Join(", ", names)}");
        }

        return this;
    }

    public int? Whole(string name, int from, int to) => (int?)WholeLong(name, from, to);

    public long? WholeLong(string name, long from, long to)
    {
        if (Single(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to)
            return value;

        Errors.Add(name, $"must be a whole number from {from} to {to}");
        return null;
    }

    public Guid? Id(string name)
    {
        if (Single(name) is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var value))
            return value;

        Errors.Add(name, "must be the id of an order, as an answer of this API gave it");
        return null;
    }

    public string? Word(string name, IReadOnlyList<string> allowed)
    {
        if (Single(name) is not { } text)
            return null;
        if (allowed.Contains(text))
            return text;

        Errors.Add(name, $"must be one of {string.Join(", ", allowed)}");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Single(name) is not { } text)
            return null;
        if (text is "true" or "false")
            return text == "true";

        Errors.Add(name, "must be true or false");
        return null;
    }

    /// <summary>A moment in ISO 8601 that says its offset from UTC.</summary>
    public DateTimeOffset? Time(string name)
        => Single(name) is { } text ? ReadTime(name, text, Errors) : null;

    public string? Text(string name, int maximumLength)
    {
        if (Single(name) is not { } text)
            return null;
        if (text.Length > 0 && text.Length <= maximumLength)
            return text;

        Errors.Add(name, $"must have 1 to {maximumLength} characters");
        return null;
    }

    public static DateTimeOffset? ReadTime(string name, string text, FieldErrors errors)
    {
        // Without an offset it would be taken for the server's local time.
        if (text.LastIndexOfAny(['Z', '+', '-']) > "yyyy-MM-dd".Length
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var value))
            return value;

        errors.Add(name, "must be a time in ISO 8601 with an offset, such as 2026-01-01T10:00:00Z");
        return null;
    }

    string? Single(string name)
    {
        if (!query.TryGetValue(name, out var values))
            return null;
        if (values.Count == 1)
            return values[0];

        Errors.Add(name, "must be given once");
        return null;
    }
}
