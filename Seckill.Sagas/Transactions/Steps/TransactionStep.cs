namespace Seckill.Sagas.Transactions.Steps;

/// <summary>A step of the transaction that does I/O. One object serves all instances; what one message needs travels in its context.</summary>
/// <param name="name">Its name in a picture of the machine.</param>
/// <param name="spanName">Its name in a trace: whom it asks for what.</param>
abstract class TransactionStep(string name, string spanName)
{
    /// <summary>Its name in a picture of the machine.</summary>
    public string Name { get; } = name;

    /// <summary>Its name in a trace.</summary>
    public string SpanName { get; } = spanName;

    /// <summary>Does the step.</summary>
    /// <param name="instance">The transaction.</param>
    /// <param name="message">The message that led here.</param>
    /// <param name="cancellationToken">The message's.</param>
    public abstract Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken);

    /// <summary>Waits until the transaction's lock is held, and puts its fencing token into the instance.</summary>
    protected static ValueTask HoldAsync(OrderTransactionState instance) => GuardOf(instance).HoldAsync(instance);

    /// <summary>The lock under which the message is handled.</summary>
    /// <exception cref="InvalidOperationException">Nobody handles a message of this transaction.</exception>
    internal static TransactionGuard GuardOf(OrderTransactionState instance)
        => instance.Guard ?? throw new InvalidOperationException($"Transaction {instance.CorrelationId} is not under its lock");
}
