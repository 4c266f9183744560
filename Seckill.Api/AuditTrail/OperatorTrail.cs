using System.Text.Json;
using System.Threading.RateLimiting;

using Seckill.Api.Identity;
using Seckill.Operations.AuditLog;

namespace Seckill.Api.AuditTrail;

/// <summary>
/// Writes down what operators do. An action is written as requested before it is carried out, and with its outcome after it: what can't be written down
/// is not done.
/// </summary>
sealed class OperatorTrail(IAuditLog log, TimeProvider clock, ILogger<OperatorTrail> logger) : IDisposable
{
    public const string Requested = "requested";
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Failed = "failed";

    /// <summary>The reason of an action whose caller did not wait for its end.</summary>
    public const string HungUp = "the caller hung up";

    const int RefusalsPerMinute = 60;
    const int LongestTarget = 512;
    const int LongestReason = 2048;

    static readonly object LastKey = new();
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly PartitionedRateLimiter<string> _refusals = PartitionedRateLimiter.Create<string, string>(actor =>
        RateLimitPartition.GetFixedWindowLimiter(actor, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = RefusalsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            // The partitioned limiter replenishes all its windows with one timer.
            AutoReplenishment = false,
        }));

    /// <summary>Writes before the action.</summary>
    /// <exception cref="AuditLogUnavailableException">It could not be written; the action must not be carried out.</exception>
    public async Task BeginAsync(HttpContext context, string? reason = null, object? before = null, object? after = null)
    {
        await log.AppendAsync(Entry(context, Requested, reason, before, after), context.RequestAborted);
        context.Items[LastKey] = Requested;
    }

    /// <summary>Writes the outcome. The action can't be taken back when that fails; that it was requested is written already.</summary>
    public async Task EndAsync(HttpContext context, string outcome, string? reason = null, object? before = null, object? after = null)
    {
        context.Items[LastKey] = outcome;
        var entry = Entry(context, outcome, reason, before, after);
        try
        {
            // Not with the request's token: the client may have hung up, and the action is done.
            await log.AppendAsync(entry, CancellationToken.None);
        }
        catch (AuditLogUnavailableException exception)
        {
            logger.LogError(exception, "That {Action} of {Target} was {Outcome} could not be written to the audit log", entry.Action, entry.Target, outcome);
        }
    }

    /// <summary>Writes that the call was refused, unless its outcome is written. Of one caller only so many are written: no flood of them fills the log.</summary>
    public async Task RefuseAsync(HttpContext context, string reason)
    {
        if (Last(context) is not (null or Requested))
            return;

        using var lease = _refusals.AttemptAcquire(context.User.Subject());
        if (lease.IsAcquired)
            await EndAsync(context, Refused, reason);
        else
            logger.LogWarning("{Actor} was refused {Action} too often for the audit log", context.User.Subject(), AuditedAction.Of(context).Name);
    }

    /// <summary>Writes that what was requested was not seen to its end.</summary>
    public Task FailAsync(HttpContext context, string reason)
        => Last(context) == Requested ? EndAsync(context, Failed, reason) : Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _refusals.Dispose();

    /// <summary>The outcome that was written last for this call.</summary>
    static string? Last(HttpContext context) => context.Items.TryGetValue(LastKey, out var last) ? (string?)last : null;

    AuditEntry Entry(HttpContext context, string outcome, string? reason, object? before, object? after)
    {
        var (action, target) = AuditedAction.Of(context);
        return new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = context.User.Subject(),
            Action = action,
            Target = Cut(target, LongestTarget),
            Outcome = outcome,
            Reason = reason is null ? null : Cut(reason, LongestReason),
            Before = before is null ? null : JsonSerializer.Serialize(before, Json),
            After = after is null ? null : JsonSerializer.Serialize(after, Json),
        };
    }

    static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
