using System.Text.Json;

using Seckill.Api.Identity;
using Seckill.Operations.AuditLog;

namespace Seckill.Api.AuditTrail;

/// <summary>
/// Writes down what operators do. An action is written as requested before it is carried out, and with its outcome after it: what can't be written down
/// is not done.
/// </summary>
sealed class OperatorTrail(IAuditLog log, TimeProvider clock, ILogger<OperatorTrail> logger)
{
    public const string Requested = "requested";
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Failed = "failed";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes before the action.</summary>
    /// <exception cref="AuditLogUnavailableException">It could not be written; the action must not be carried out.</exception>
    public Task BeginAsync(HttpContext context, string action, string target, string? reason = null, object? before = null, object? after = null)
        => log.AppendAsync(Entry(context, action, target, Requested, reason, before, after), context.RequestAborted);

    /// <summary>Writes the outcome. The action can't be taken back when that fails; that it was requested is written already.</summary>
    public async Task EndAsync(
        HttpContext context, string action, string target, string outcome, string? reason = null, object? before = null, object? after = null)
    {
        try
        {
            // Not with the request's token: the client may have hung up, and the action is done.
            await log.AppendAsync(Entry(context, action, target, outcome, reason, before, after), CancellationToken.None);
        }
        catch (AuditLogUnavailableException exception)
        {
            logger.LogError(exception, "That {Action} of {Target} was {Outcome} could not be written to the audit log", action, target, outcome);
        }
    }

    AuditEntry Entry(HttpContext context, string action, string target, string outcome, string? reason, object? before, object? after) => new()
    {
        At = clock.GetUtcNow(),
        Actor = context.User.Subject(),
        Action = action,
        Target = target,
        Outcome = outcome,
        Reason = reason,
        Before = before is null ? null : JsonSerializer.Serialize(before, Json),
        After = after is null ? null : JsonSerializer.Serialize(after, Json),
    };
}
