using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

namespace Seckill.Admission.Redis;

/// <summary>The Redis servers: configuration section <c>Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Redis";

    /// <summary>Holds the stock and the write-ahead entries, nothing else: it must not evict and should persist (<c>appendonly yes</c>).</summary>
    public RedisEndpoint Stock { get; set => field = value ?? new RedisEndpoint(); } = new();

    /// <summary>Holds what may be lost at any time.</summary>
    public RedisEndpoint Cache { get; set => field = value ?? new RedisEndpoint { Port = 6380 }; } = new() { Port = 6380 };

    /// <summary>Independent masters for locks, an odd number; empty means that the stock Redis keeps them.</summary>
    public IList<RedisEndpoint> Locks { get; set => field = value is null ? [] : [.. value.Select(x => x ?? new RedisEndpoint())]; } = [];
}

/// <summary>Checks the nested endpoints, which data annotations on the outer class do not reach, and names the key that is wrong.</summary>
sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var endpoints = new List<(string Key, RedisEndpoint Endpoint)> { ("Stock", options.Stock), ("Cache", options.Cache) };
        endpoints.AddRange(options.Locks.Select((x, i) => ($"Locks:{i}", x)));
        var failures = new List<string>();
        foreach (var (key, endpoint) in endpoints)
        {
            var results = new List<ValidationResult>();
            if (!Validator.TryValidateObject(endpoint, new ValidationContext(endpoint), results, validateAllProperties: true))
                failures.AddRange(results.Select(x => $"{RedisOptions.Section}:{key}:{x.MemberNames.FirstOrDefault()}: {x.ErrorMessage}"));
        }

        var masters = options.Locks.Select(x => (x.Host, x.Port)).ToList();
        if (masters.Distinct().Count() != masters.Count)
            failures.Add($"{RedisOptions.Section}:Locks: the same server is named twice; a quorum needs independent masters");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
