using System.Buffers;

using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Payments;
using Seckill.Payments.Development;

namespace Seckill.Api.Payments;

/// <summary>Takes the buyer to the payment provider, and the provider's word to the order's transaction.</summary>
static class PaymentEndpoints
{
    /// <summary>How long a buyer waits for a payment to come through before being sent to the status.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapPayments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{orderId}/pay", PayAsync).RequireAuthorization(Policies.Buyer).Describe(Descriptions.PayOrder);
        api.MapPost("/payments/callback", CallbackAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes))
            .Describe(Descriptions.PaymentCallback);
    }

    /// <summary>Maps what stands for the provider's own pages, where a buyer would pay: in environment Development only.</summary>
    public static void MapDevelopmentPayments(this WebApplication app)
    {
        if (app.Environment.IsDevelopment() && !app.Services.GetRequiredService<IOptions<PaymentsOptions>>().Value.Development.AutoSettle)
            app.MapPost("/dev/payments/{paymentId}/settle", SettleAsync).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task<IResult> PayAsync(
        string orderId, HttpContext context, OrderLookup orders, OrderWatch watch, IPaymentProvider provider, TimeProvider clock)
    {
        if (await orders.FindOwnAsync(orderId, context) is not { } order)
            return Problems.UnknownOrder(orderId);
        if (order.Status == OrderStatus.Paid)
            return Results.Ok(new PaymentAnswer(order.OrderId, order.Status, null, null));
        if (order.Status != OrderStatus.Confirmed || order.PayBy <= clock.GetUtcNow())
            return Refusal(order);

        var session = await provider.CreateAsync(order.OrderId, order.AmountCents, context.RequestAborted);
        order = await watch.WaitAsync(order, OrderStatus.Confirmed, Patience, context.RequestAborted);
        var answer = new PaymentAnswer(order.OrderId, order.Status, session.PaymentId, session.PayUrl);
        return order.Status switch
        {
            OrderStatus.Paid => Results.Ok(answer),
            OrderStatus.Confirmed => Results.Accepted(Problems.StatusUrl(orderId), answer),
            _ => Refusal(order),
        };
    }

    static ApiProblem Refusal(OrderView order) => order.Status == OrderStatus.Pending
        ? Problems.Conflict("undecided", "The order is still being decided: wait until its status is 'confirmed', then pay", order.Status)
        : Problems.Conflict("too_late", "Only a confirmed order can be paid, and only until payBy", order.Status);

    static async Task<IResult> CallbackAsync(HttpContext context, IPaymentProvider provider, RecentOrders recent, TransactionRequests transactions)
    {
        var body = await ReadAsync(context);
        var signature = context.Request.Headers[DevelopmentPaymentProvider.SignatureHeader];
        if (provider.ReadCallback(body, signature.Count == 1 ? signature[0] : null) is not { } payment)
            return Problems.Unauthenticated($"Header '{DevelopmentPaymentProvider.SignatureHeader}' does not fit the body, or is older than five minutes");

        var result = await transactions.AskAsync(
            payment.OrderId, new PaymentReceived { OrderId = payment.OrderId, PaymentId = payment.PaymentId, AmountCents = payment.AmountCents, PaidAt = payment.PaidAt },
            context.RequestAborted);
        if (result is null)
            return TransactionRequests.NoAnswer;
        if (result.Status is null)
            return Problems.NotFound($"There is no order {payment.OrderId}");
        if (result.Status == OrderStatus.Pending)
            return Problems.NotReady("The order is still being decided; repeat the callback");

        recent.Forget(payment.OrderId);
        // Accepted covers a payment that came too late: the transaction gives it back, and the provider need not repeat it.
        return result.Accepted
            ? Results.Ok(new OrderActionAnswer(payment.OrderId, result.Status))
            : Problems.Conflict(result.Code ?? "too_late", result.Message ?? "The payment can't be taken", result.Status);
    }

    /// <summary>The bytes as they came: a signature covers them and not what they mean.</summary>
    static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static async Task<IResult> SettleAsync(string paymentId, HttpContext context, DevelopmentPaymentProvider provider)
        => await provider.SettleAsync(paymentId, context.RequestAborted) ? Results.Accepted() : Problems.NotFound($"There is no payment '{paymentId}'");
}
