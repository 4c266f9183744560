using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Seckill.Api.Tests.Identity;
using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Payments;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Payments;

/// <summary>Paying with the development provider: real table, real callback over HTTP; the transaction is a fake.</summary>
[Collection(ApiCollection.Name)]
public sealed class Payment_Specs(ApiServers servers) : IAsyncLifetime
{
    const string Secret = "a secret of the tests";

    (string, string)[] _settings = [];
    ApiHost _api = null!;

    public async Task InitializeAsync()
    {
        // Every process of a database delivers its callbacks: the ones of these tests are for this process.
        _settings = [("Payments:Development:Secret", Secret), ("Database:MySql:Database", (await servers.NewDatabaseAsync()).Database)];
        _api = await ApiHost.StartAsync(servers, _settings);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Should_pay_and_answer_when_it_came_through()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        TakePayments();

        var answer = (await _api.PostAsync($"/api/orders/{id}/pay", subject: "alice")).ShouldBe(HttpStatusCode.OK);

        answer["status"].ShouldBe("paid");
        var payment = _api.Transaction.Commands.OfType<PaymentReceived>().Single(x => x.OrderId == id);
        payment.PaymentId.ShouldBe(answer["paymentId"]);
        payment.AmountCents.ShouldBe(9900);
        (await _api.PostAsync($"/api/orders/{id}/pay", subject: "alice")).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("paid");
        _api.Transaction.Commands.OfType<PaymentReceived>().Count(x => x.OrderId == id).ShouldBe(1);
    }

    [Fact]
    public async Task Should_repeat_the_callback_until_it_is_taken()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        var calls = 0;
        _api.Transaction.Answer = (command, order) =>
        {
            if (Interlocked.Increment(ref calls) < 3)
                return FakeTransaction.Refused(order, "undecided", OrderStatus.Pending, "Prepared");
            return FakeTransaction.Accepted(order, OrderStatus.Paid, "Paid");
        };

        await _api.PostAsync($"/api/orders/{id}/pay", subject: "alice");

        await Eventually.HoldsAsync(() => DeliveredAsync(id), "the callback was taken");
        calls.ShouldBe(3);
    }

    [Fact]
    public async Task Should_deliver_other_callbacks_while_one_gets_no_answer()
    {
        var provider = _api.Services.GetRequiredService<IPaymentProvider>();
        var hanging = OrderIds.New(TimeProvider.System.GetUtcNow());
        var answered = new TaskCompletionSource();
        _api.Transaction.Effect = order => order == hanging ? answered.Task.WaitAsync(TimeSpan.FromMinutes(1)) : Task.CompletedTask;
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Paid, "Paid");
        await provider.CreateAsync(hanging, 100);
        await Eventually.HoldsAsync(() => Task.FromResult(!_api.Transaction.Commands.IsEmpty), "the first callback is on its way");
        var claim = await ColumnAsync("due_at", hanging);

        var others = Enumerable.Range(0, 40).Select(_ => OrderIds.New(TimeProvider.System.GetUtcNow())).ToList();
        await Task.WhenAll(others.Select(x => provider.CreateAsync(x, 100)));
        foreach (var other in others)
            await Eventually.HoldsAsync(() => DeliveredAsync(other), "the callback was taken");

        (await ColumnAsync("due_at", hanging)).ShouldBe(claim, "the first is still on its way");
        answered.SetResult();
        await Eventually.HoldsAsync(() => DeliveredAsync(hanging), "and is taken in the end");
    }

    [Fact]
    public async Task Should_send_the_buyer_to_the_status_when_the_payment_takes_longer()
    {
        await _api.StopAsync();
        await using var api = await ApiHost.StartAsync(servers, [.. _settings, ("Payments:Development:AutoSettle", "false")]);
        var id = await api.AddOrderAsync("alice", OrderStatus.Confirmed);

        var answer = (await api.PostAsync($"/api/orders/{id}/pay", subject: "alice")).ShouldBe(HttpStatusCode.Accepted);

        answer["status"].ShouldBe("confirmed");
        answer.Headers["Location"].ShouldBe($"/api/orders/{id}");
        api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Paid, "Paid");
        (await api.PostAsync(new Uri(answer["payUrl"]!).AbsolutePath)).ShouldBe(HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(() => DeliveredAsync(id), "the callback was taken");
        api.Transaction.Commands.OfType<PaymentReceived>().Single().PaymentId.ShouldBe(answer["paymentId"]);
    }

    [Fact]
    public async Task Should_charge_what_a_process_with_a_clock_that_is_ahead_has_opened()
    {
        TakePayments();
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        await using var ahead = await ApiHost.StartAsync(
            servers, _settings, change: x => x.Replace(ServiceDescriptor.Singleton<TimeProvider>(new ShiftedClock(TimeSpan.FromMinutes(2)))));
        await ahead.StopAsync();

        await ahead.Services.GetRequiredService<IPaymentProvider>().CreateAsync(id, 9900);

        await Eventually.HoldsAsync(() => DeliveredAsync(id), "another process delivered the callback");
    }

    [Fact]
    public async Task Should_open_one_payment_for_an_order()
    {
        var provider = _api.Services.GetRequiredService<IPaymentProvider>();
        var id = OrderIds.New(TimeProvider.System.GetUtcNow());

        var sessions = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => provider.CreateAsync(id, 100)));

        sessions.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Should_refund_once_however_often_it_is_asked()
    {
        var provider = _api.Services.GetRequiredService<IPaymentProvider>();
        var id = OrderIds.New(TimeProvider.System.GetUtcNow());
        var session = await provider.CreateAsync(id, 100);

        await provider.RefundAsync(session.PaymentId, id, 100);
        var first = await RefundedAtAsync(id);
        await provider.RefundAsync(session.PaymentId, id, 100);

        first.ShouldNotBeNull();
        (await RefundedAtAsync(id)).ShouldBe(first);
        await Should.ThrowAsync<InvalidOperationException>(provider.RefundAsync("dev-unknown", id, 100));
    }

    [Theory]
    [InlineData(OrderStatus.Pending, "undecided")]
    [InlineData(OrderStatus.Cancelled, "too_late")]
    [InlineData(OrderStatus.Failed, "too_late")]
    public async Task Should_not_begin_a_payment_that_can_not_be_kept(string status, string code)
    {
        var id = await _api.AddOrderAsync("alice", status);

        (await _api.PostAsync($"/api/orders/{id}/pay", subject: "alice")).ShouldBeProblem(HttpStatusCode.Conflict, code)["orderStatus"].ShouldBe(status);

        (await ColumnAsync("created_at", id)).ShouldBeNull("the provider was not asked");
    }

    [Fact]
    public async Task Should_not_begin_a_payment_after_the_deadline()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        await _api.ExecuteAsync("UPDATE orders SET pay_by = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE order_id = @id", new { id = id.ToString() });

        (await _api.PostAsync($"/api/orders/{id}/pay", subject: "alice")).ShouldBeProblem(HttpStatusCode.Conflict, "too_late");

        (await ColumnAsync("created_at", id)).ShouldBeNull("the provider was not asked");
    }

    [Fact]
    public async Task Should_not_let_one_buyer_pay_for_another()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        (await _api.PostAsync($"/api/orders/{id}/pay", subject: "mallory")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Should_take_a_signed_callback_and_its_repeats()
    {
        TakePayments();
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        var body = Body(id);

        for (var i = 0; i < 3; i++)
            (await CallBackAsync(body, Sign(body))).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("paid");
    }

    [Fact]
    public async Task Should_take_a_callback_that_comes_too_late_and_is_refunded()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Cancelled);
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Cancelled, "Refunded");
        var body = Body(id);

        (await CallBackAsync(body, Sign(body))).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("cancelled");
    }

    [Fact]
    public async Task Should_refuse_a_callback_of_another_amount()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        _api.Transaction.Answer = (_, order) => FakeTransaction.Refused(order, "amount_mismatch", OrderStatus.Confirmed, "Committed");
        var body = Body(id);

        (await CallBackAsync(body, Sign(body))).ShouldBeProblem(HttpStatusCode.Conflict, "amount_mismatch");
    }

    [Fact]
    public async Task Should_know_no_order_that_the_transaction_does_not_know()
    {
        var body = Body(Guid.NewGuid());

        (await CallBackAsync(body, Sign(body))).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("empty")]
    [InlineData("rubbish")]
    [InlineData("other secret")]
    [InlineData("other body")]
    [InlineData("old")]
    [InlineData("future")]
    [InlineData("other time")]
    [InlineData("cut")]
    [InlineData("huge time")]
    public async Task Should_refuse_a_callback_whose_signature_does_not_fit(string what)
    {
        TakePayments();
        var body = Body(Guid.NewGuid());
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signature = what switch
        {
            "none" => null,
            "empty" => "",
            "rubbish" => "t=1,v1=zz",
            "other secret" => Sign(body, secret: "another secret of tests"),
            "other body" => Sign(body + " "),
            "old" => Sign(body, now - 400),
            "future" => Sign(body, now + 400),
            "other time" => Sign(body, now).Replace($"t={now}", $"t={now + 1}", StringComparison.Ordinal),
            "cut" => Sign(body)[..^2],
            "huge time" => "t=99999999999999999999,v1=" + new string('0', 64),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        (await CallBackAsync(body, signature)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");

        _api.Transaction.Commands.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("{}")]
    public async Task Should_refuse_a_signed_body_that_is_no_payment(string body)
        => (await CallBackAsync(body, Sign(body))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");

    [Fact]
    public async Task Should_ask_to_repeat_a_callback_while_the_transaction_does_not_answer()
    {
        _api.Transaction.Answer = (_, _) => null;
        var body = Body(Guid.NewGuid());

        (await CallBackAsync(body, Sign(body))).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "not_ready").ShouldAskToComeBack();
    }

    [Fact]
    public async Task Should_have_no_settlement_by_hand_unless_asked_for()
        => (await _api.PostAsync("/dev/payments/dev-1/settle")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

    /// <summary>The transaction takes payments, and the order is paid.</summary>
    void TakePayments()
    {
        _api.Transaction.Effect = order => _api.SetStatusAsync(order, OrderStatus.Paid);
        _api.Transaction.Answer = (_, order) => FakeTransaction.Accepted(order, OrderStatus.Paid, "Paid");
    }

    Task<ApiAnswer> CallBackAsync(string body, string? signature)
        => _api.SendAsync(HttpMethod.Post, "/api/payments/callback", body, headers: signature is null ? null : [("X-Payment-Signature", signature)]);

    static string Body(Guid orderId) => JsonSerializer.Serialize(
        new { paymentId = "p-1", orderId, amountCents = 9900, paidAt = DateTimeOffset.UtcNow });

    static string Sign(string body, long? timestamp = null, string secret = Secret)
    {
        var time = timestamp ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")))}";
    }

    async Task<bool> DeliveredAsync(Guid orderId) => await ColumnAsync("delivered_at", orderId) is not null;

    Task<DateTime?> RefundedAtAsync(Guid orderId) => ColumnAsync("refunded_at", orderId);

    async Task<DateTime?> ColumnAsync(string column, Guid orderId)
    {
        await using var connection = await _api.Services.GetRequiredService<MySqlDatabase>().OpenAsync();
        return await connection.ExecuteScalarAsync<DateTime?>($"SELECT {column} FROM development_payments WHERE order_id = @id", new { id = orderId.ToString() });
    }
}
