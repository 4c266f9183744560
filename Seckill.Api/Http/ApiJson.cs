using System.Text.Json.Serialization;

using Seckill.Api.Activities;
using Seckill.Api.AuditTrail;
using Seckill.Api.FailedOrders;
using Seckill.Api.Orders;
using Seckill.Api.Payments;
using Seckill.Api.Settings;
using Seckill.Api.Transactions;
using Seckill.Contracts;
using Seckill.Operations.Archive;

namespace Seckill.Api.Http;

/// <summary>How answers are written: by generated code, in camel case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActivityList))]
[JsonSerializable(typeof(ActivityView))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(CompensationSettingsView))]
[JsonSerializable(typeof(FailedOrder))]
[JsonSerializable(typeof(FailedOrderList))]
[JsonSerializable(typeof(HandleWish))]
[JsonSerializable(typeof(OrderActionAnswer))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(OrderWish))]
[JsonSerializable(typeof(PaymentAnswer))]
[JsonSerializable(typeof(PlacedOrder))]
[JsonSerializable(typeof(ReprocessPlan))]
[JsonSerializable(typeof(ReprocessResult))]
[JsonSerializable(typeof(ReprocessWish))]
[JsonSerializable(typeof(RollbackAnswer))]
[JsonSerializable(typeof(RollbackWish))]
[JsonSerializable(typeof(TransactionPage))]
[JsonSerializable(typeof(TransactionView))]
sealed partial class ApiJson : JsonSerializerContext;
