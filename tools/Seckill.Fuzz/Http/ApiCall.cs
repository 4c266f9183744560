using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Seckill.Fuzz.Http;

/// <summary>A call, as the OpenAPI document describes it.</summary>
/// <param name="Name">Its operation id, or method and path where it has none.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, with its parameters in braces.</param>
/// <param name="IsSecured">It wants a token.</param>
/// <param name="Query">Names of query parameters.</param>
/// <param name="Headers">Names of headers.</param>
/// <param name="Body">An example of the body; null when it has none.</param>
sealed partial record ApiCall(string Name, string Method, string Path, bool IsSecured, IReadOnlyList<string> Query, IReadOnlyList<string> Headers, byte[]? Body)
{
    /// <summary>Calls that a buyer's token is enough for.</summary>
    static readonly HashSet<string> Buyers = ["PlaceOrder", "ListOrders", "FindOrder", "CancelOrder", "PayOrder"];

    public bool IsForBuyers => Buyers.Contains(Name);

    /// <summary>It changes something when it is accepted.</summary>
    public bool Changes => Method != "GET";

    /// <summary>The names in braces.</summary>
    public IEnumerable<string> PathParameters => Braces().Matches(Path).Select(x => x.Groups[1].Value);

    /// <summary>All calls of a document.</summary>
    public static IReadOnlyList<ApiCall> Read(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document);
        var calls = new List<ApiCall>();
        foreach (var path in json.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var parameters = operation.Value.TryGetProperty("parameters", out var list) ? [.. list.EnumerateArray()] : new List<JsonElement>();
                calls.Add(new ApiCall(
                    operation.Value.TryGetProperty("operationId", out var id) ? id.GetString()! : $"{operation.Name} {path.Name}",
                    operation.Name.ToUpperInvariant(), path.Name,
                    operation.Value.TryGetProperty("security", out var security) && security.GetArrayLength() > 0,
                    Names(parameters, "query"), Names(parameters, "header"), BodyOf(operation.Value)));
            }
        }

        return calls;
    }

    static List<string> Names(List<JsonElement> parameters, string place)
        => [.. parameters.Where(x => x.GetProperty("in").GetString() == place).Select(x => x.GetProperty("name").GetString()!)];

    static byte[]? BodyOf(JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body))
            return null;

        return body.GetProperty("content").TryGetProperty("application/json", out var json) && json.TryGetProperty("example", out var example)
            ? Encoding.UTF8.GetBytes(example.GetRawText())
            : "{}"u8.ToArray();
    }

    [GeneratedRegex(@"\{([^}:]+)[^}]*\}")]
    private static partial Regex Braces();
}
