namespace Seckill.Admission.Redis;

/// <summary>One of several calls that a script was sent failed, with the server's words as the message; it changed nothing.</summary>
public sealed class RedisScriptException(string message) : Exception(message);
