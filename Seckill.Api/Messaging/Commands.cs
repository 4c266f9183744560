using MassTransit;

using Seckill.Faults;

namespace Seckill.Api.Messaging;

/// <summary>Sends commands to workers over RabbitMQ and waits for their answers.</summary>
sealed class Commands(IServiceScopeFactory scopes, FaultPoints faults, ILogger<Commands> logger)
{
    /// <summary>The answer; null when there was none in time, and then the command may be carried out or not.</summary>
    public async Task<TAnswer?> AskAsync<TCommand, TAnswer>(TCommand command, TimeSpan patience, CancellationToken cancellationToken)
        where TCommand : class
        where TAnswer : class
    {
        await using var scope = scopes.CreateAsyncScope();
        // The client's own time-out begins when the message is sent, which waits for a connection.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            await faults.PassAsync(KnownPoints.BeforeCommand, timeout.Token);
            var response = await scope.ServiceProvider.GetRequiredService<IRequestClient<TCommand>>()
                .GetResponse<TAnswer>(command, timeout.Token, RequestTimeout.After(ms: (int)patience.TotalMilliseconds));
            await faults.PassAsync(KnownPoints.AfterCommand, timeout.Token);
            return response.Message;
        }
        catch (Exception exception) when (exception is MassTransitException or TimeoutException or IOException
            or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "No answer to {Command} within {Patience}", typeof(TCommand).Name, patience);
            return null;
        }
    }
}
