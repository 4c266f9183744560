using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Seckill.Api.Http;

/// <summary>
/// An answer whose body is written at once and with its length: the calls of a sale have small answers, and the framework's way of streaming them
/// in chunks costs more than the rest of the answer.
/// </summary>
sealed class JsonAnswer<T>(int status, T value, JsonTypeInfo<T> type) : IResult
{
    const string MediaType = "application/json; charset=utf-8";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.StatusCode = status;
        response.ContentType = MediaType;
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
