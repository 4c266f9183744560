using Microsoft.AspNetCore.Diagnostics;

using Seckill.Api.Activities;
using Seckill.Api.AuditTrail;
using Seckill.Api.FailedOrders;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Api.Orders;
using Seckill.Api.Payments;
using Seckill.Api.Settings;
using Seckill.Api.Transactions;
using Seckill.Operations.Alerts.Alertmanager;

namespace Seckill.Api;

/// <summary>The way of a request through the API.</summary>
static class ApiEndpoints
{
    public static void MapSeckillApi(this WebApplication app)
    {
        app.UseMiddleware<ExceptionProblems>();
        app.UseStatusCodePages(AnswerBareStatusAsync);
        app.UseMiddleware<OrderDoor>();
        app.UseMiddleware<CallerGate>();
        app.UseAuthentication();
        app.UseAuthorization();

        var api = app.MapGroup("/api").LimitCallers();
        api.MapActivities();
        api.MapOrders();
        api.MapPayments();
        api.MapTransactions();
        app.MapFailedOrders(api);
        api.MapCompensationSettings();
        api.MapAuditLog();
        api.MapAlertmanagerWebhook("/alerts/alertmanager").RequireAuthorization(Policies.Alertmanager);
        app.MapTimelinePage();
        app.MapDevelopmentPayments();
        app.MapApiDescription();
    }

    /// <summary>Routing answers with a status alone where no endpoint, or not this method, was meant.</summary>
    static Task AnswerBareStatusAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var problem = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.NotFound($"There is nothing at '{http.Request.Path}'"),
            StatusCodes.Status405MethodNotAllowed => Problems.MethodNotAllowed,
            StatusCodes.Status415UnsupportedMediaType => Problems.UnsupportedMediaType,
            StatusCodes.Status400BadRequest => Problems.Malformed("The request can't be read"),
            _ => null,
        };
        return problem?.ExecuteAsync(http) ?? Task.CompletedTask;
    }
}
