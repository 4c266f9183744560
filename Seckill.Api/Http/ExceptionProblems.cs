using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;

using Seckill.Admission.Redis;
using Seckill.Ledger;
using Seckill.Operations.Archive;
using Seckill.Operations.AuditLog;

using StackExchange.Redis;

namespace Seckill.Api.Http;

/// <summary>Turns exceptions into problem details: a server that is away is worth a retry, anything else is a bug and is logged as one.</summary>
sealed class ExceptionProblems(RequestDelegate next, ILogger<ExceptionProblems> logger)
{
    const string Server = "Microsoft.AspNetCore.Server.Kestrel.Core";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer, and where the answer had begun there is no other status to note.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            var problem = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problems.TooLarge : Problems.Malformed(exception.Message);
            await problem.ExecuteAsync(context);
        }
        catch (IOException exception) when (!context.Response.HasStarted && exception.Source == Server)
        {
            // The size of a chunk that is no number it can hold: the server says so with an exception that carries no status.
            await Problems.Malformed("The body can't be read: " + exception.Message).ExecuteAsync(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await Answer(context, exception).ExecuteAsync(context);
        }
    }

    ApiProblem Answer(HttpContext context, Exception exception)
    {
        if (IsPassing(exception))
        {
            logger.LogWarning(exception, "{Method} {Path} can't be answered: a server is away", context.Request.Method, context.Request.Path);
            return Problems.NotReady("A server that is needed does not answer; try again");
        }

        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        logger.LogError(exception, "{Method} {Path} failed, traceId {TraceId}", context.Request.Method, context.Request.Path, traceId);
        return Problems.Unexpected(traceId);
    }

    static bool IsPassing(Exception exception) => exception switch
    {
        DbException => MySqlFaults.IsTransient(exception),
        RedisException or RedisScriptException or TimeoutException => RedisFaults.IsTransient(exception),
        IOException or SocketException or ArchiveUnavailableException or AuditLogUnavailableException => true,
        _ => false,
    };
}
