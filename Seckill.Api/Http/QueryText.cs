using System.Text;

namespace Seckill.Api.Http;

/// <summary>Writes the filters of a list into the address of its next page.</summary>
static class QueryText
{
    /// <summary>Those that have a value, each after an ampersand.</summary>
    public static string Of(params (string Name, string? Value)[] parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }
}
