using Microsoft.AspNetCore.Authorization;

using Seckill.Api.Http;
using Seckill.Api.Identity;

namespace Seckill.Api.AuditTrail;

/// <summary>Says of an endpoint what the audit log calls it, and what it is done to.</summary>
/// <param name="Name">A stable word.</param>
/// <param name="TargetParameter">The route's parameter that names the target; null when it is always <paramref name="Target"/>.</param>
/// <param name="Target">The target of every call.</param>
sealed record AuditedAction(string Name, string? TargetParameter = null, string? Target = null)
{
    /// <summary>
    /// The action that a call is. Calls that change nothing are none, and are named after themselves when they are refused: who may not look is worth knowing.
    /// </summary>
    public static (string Name, string Target) Of(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<AuditedAction>() is { } action
            ? (action.Name, action.Target ?? context.GetRouteValue(action.TargetParameter!)?.ToString() ?? "")
            : (endpoint?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? context.Request.Method, context.Request.Path);
    }
}

/// <summary>Has actions of operators, and what is refused to them, written down.</summary>
static class AuditedActions
{
    /// <summary>Names an action whose target is a parameter of the route.</summary>
    public static RouteHandlerBuilder AuditedAs(this RouteHandlerBuilder call, string name, string targetParameter)
        => call.Audited(new AuditedAction(name, TargetParameter: targetParameter));

    /// <summary>Names an action that always has the same target.</summary>
    public static RouteHandlerBuilder AuditedOn(this RouteHandlerBuilder call, string name, string target)
        => call.Audited(new AuditedAction(name, Target: target));

    /// <summary>Whether a call is an operator's.</summary>
    public static bool IsOperators(this Endpoint endpoint)
        => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(x => x.Policy is Policies.Operator or Policies.Alertmanager);

    static RouteHandlerBuilder Audited(this RouteHandlerBuilder call, AuditedAction action)
        => call.WithMetadata(action).AddEndpointFilter(WriteEndAsync);

    /// <summary>Writes what the call itself has not written down: wrong input, an unknown target, a failure on the way.</summary>
    static async ValueTask<object?> WriteEndAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var trail = context.RequestServices.GetRequiredService<OperatorTrail>();
        try
        {
            var answer = await next(invocation);
            if (answer is ApiProblem { Status: < StatusCodes.Status500InternalServerError } problem)
                await trail.RefuseAsync(context, problem.Reason);
            return answer;
        }
        catch (BadHttpRequestException exception)
        {
            await trail.RefuseAsync(context, exception.Message);
            throw;
        }
        catch (Exception exception)
        {
            await trail.FailAsync(context, context.RequestAborted.IsCancellationRequested ? OperatorTrail.HungUp : exception.Message);
            throw;
        }
    }
}
