using System.Collections.Concurrent;

using MassTransit;

using Seckill.Contracts;

namespace Seckill.Api.Tests;

/// <summary>Plays the transaction of an order, which is tested elsewhere: answers commands as a test says.</summary>
sealed class FakeTransaction
{
    public ConcurrentQueue<object> Commands { get; } = new();

    /// <summary>What a command does to its order before it is answered.</summary>
    public Func<Guid, Task> Effect { get; set; } = _ => Task.CompletedTask;

    /// <summary>The answer to a command; null for none.</summary>
    public Func<object, Guid, OrderActionResult?> Answer { get; set; } = (_, id) => Unknown(id);

    /// <summary>The answer to the wish to process an order again; null for none.</summary>
    public Func<ReprocessOrder, ReprocessResult?> Reprocess { get; set; } = x => new ReprocessResult { OrderId = x.OrderId, Outcome = ReprocessOutcomes.Unknown };

    public static OrderActionResult Unknown(Guid id) => new() { OrderId = id, Accepted = false, Code = "unknown_order", Message = "There is none" };

    public static OrderActionResult Accepted(Guid id, string status, string state)
        => new() { OrderId = id, Accepted = true, Status = status, State = state };

    public static OrderActionResult Refused(Guid id, string code, string status, string state)
        => new() { OrderId = id, Accepted = false, Code = code, Message = "No", Status = status, State = state };
}

sealed class FakeTransactionConsumer(FakeTransaction transaction)
    : IConsumer<CancelOrder>, IConsumer<PaymentReceived>, IConsumer<RollbackTransaction>
{
    public Task Consume(ConsumeContext<CancelOrder> context) => AnswerAsync(context, context.Message.OrderId);

    public Task Consume(ConsumeContext<PaymentReceived> context) => AnswerAsync(context, context.Message.OrderId);

    public Task Consume(ConsumeContext<RollbackTransaction> context) => AnswerAsync(context, context.Message.OrderId);

    async Task AnswerAsync<T>(ConsumeContext<T> context, Guid orderId)
        where T : class
    {
        transaction.Commands.Enqueue(context.Message);
        await transaction.Effect(orderId);
        if (transaction.Answer(context.Message, orderId) is { } answer)
            await context.RespondAsync(answer);
    }
}

sealed class FakeReprocessConsumer(FakeTransaction transaction) : IConsumer<ReprocessOrder>
{
    public Task Consume(ConsumeContext<ReprocessOrder> context)
    {
        transaction.Commands.Enqueue(context.Message);
        return context.ResponseAddress is not null && transaction.Reprocess(context.Message) is { } answer
            ? context.RespondAsync(answer)
            : Task.CompletedTask;
    }
}
