using System.Text.Json.Serialization;

namespace Seckill.Payments.Development;

/// <summary>The body of a callback.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PaymentNotification))]
sealed partial class CallbackJson : JsonSerializerContext;
