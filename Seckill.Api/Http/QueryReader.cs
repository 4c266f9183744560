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

    public int? Whole(string name, int from, int to)
    {
        if (Single(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to)
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
