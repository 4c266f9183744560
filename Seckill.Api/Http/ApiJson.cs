using System.Text.Json.Serialization;

using Seckill.Api.Activities;
using Seckill.Api.Orders;
using Seckill.Api.Payments;
using Seckill.Api.Transactions;

namespace Seckill.Api.Http;

/// <summary>How answers are written: by generated code, in camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActivityList))]
[JsonSerializable(typeof(ActivityView))]
[JsonSerializable(typeof(OrderActionAnswer))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderWish))]
[JsonSerializable(typeof(PaymentAnswer))]
[JsonSerializable(typeof(PlacedOrder))]
[JsonSerializable(typeof(RollbackAnswer))]
[JsonSerializable(typeof(RollbackWish))]
[JsonSerializable(typeof(TransactionPage))]
[JsonSerializable(typeof(TransactionView))]
sealed partial class ApiJson : JsonSerializerContext;
