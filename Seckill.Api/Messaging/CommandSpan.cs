namespace Seckill.Api.Messaging;

/// <summary>The span of a command to an order's transaction.</summary>
static class CommandSpan<TCommand>
{
    /// <summary>Its name.</summary>
    public static readonly string Name = "ask " + typeof(TCommand).Name;
}
