using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

using Seckill.Api.AuditTrail;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Contracts;
using Seckill.Ledger.Settings;

namespace Seckill.Api.Settings;

/// <summary>Shows operators the settings of compensation, and lets them change them while the system runs.</summary>
static class CompensationSettingsEndpoints
{
    static readonly string[] Fields =
    [
        "maxRetries", "retryDelaySeconds", "deadLetterMaxRetries", "deadLetterDelaySeconds", "adaptive", "adaptiveMaxFactor", "maxPerSecond", "version",
    ];

    public static void MapCompensationSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/settings/compensation").RequireAuthorization(Policies.Operator);
        settings.MapGet("", FindAsync).Describe(Descriptions.FindCompensationSettings);
        settings.MapPut("", ChangeAsync)
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes))
            .AuditedOn("settings.compensation", SettingNames.Compensation)
            .Describe(Descriptions.ChangeCompensationSettings);
    }

    static async Task<IResult> FindAsync(HttpContext context, SettingsStore store, IOptions<ConfiguredCompensation> configured)
        => Results.Ok(CompensationSettingsView.Of(await StoredAsync(store, context.RequestAborted), configured.Value));

    static async Task<IResult> ChangeAsync(
        HttpContext context, SettingsStore store, IOptions<ConfiguredCompensation> configured, OperatorTrail audit, TimeProvider clock)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, Fields);
        if (body is null)
            return problem!;

        using (body)
        {
            var current = CompensationSettingsView.Of(await StoredAsync(store, context.RequestAborted), configured.Value);
            var wanted = Read(body, current.Settings);
            var version = body.Whole("version", 0, long.MaxValue, missing: current.Version);
            foreach (var (field, message) in body.Errors.Any ? [] : wanted.Validate())
                body.Errors.Add(field, message);
            if (body.Errors.Any)
                return Problems.Invalid(body.Errors);

            await audit.BeginAsync(context, null, current.Settings, wanted);
            if (version != current.Version
                || !await store.TryWriteAsync(SettingNames.Compensation, wanted, version, context.User.Subject(), clock.GetUtcNow(), context.RequestAborted))
            {
                await audit.EndAsync(context, OperatorTrail.Refused, "changed_meanwhile", current.Settings, wanted);
                return Problems.ChangedMeanwhile((await StoredAsync(store, context.RequestAborted))?.Version ?? 0);
            }

            await audit.EndAsync(context, OperatorTrail.Done, null, current.Settings, wanted);
            return Results.Ok(CompensationSettingsView.Of(await StoredAsync(store, context.RequestAborted), configured.Value));
        }
    }

    /// <summary>What is not named stays as it is.</summary>
    static CompensationSettings Read(JsonBody body, CompensationSettings current) => new()
    {
        MaxRetries = (int)body.Whole("maxRetries", 0, CompensationSettings.MostRetries, current.MaxRetries),
        RetryDelaySeconds = body.Wholes("retryDelaySeconds", current.RetryDelaySeconds),
        DeadLetterMaxRetries = (int)body.Whole("deadLetterMaxRetries", 0, CompensationSettings.MostRetries, current.DeadLetterMaxRetries),
        DeadLetterDelaySeconds =
            (int)body.Whole("deadLetterDelaySeconds", 0, CompensationSettings.LongestDelaySeconds, current.DeadLetterDelaySeconds),
        Adaptive = body.Flag("adaptive", current.Adaptive),
        AdaptiveMaxFactor = body.Number("adaptiveMaxFactor", current.AdaptiveMaxFactor),
        MaxPerSecond = (int)body.Whole("maxPerSecond", 1, 10_000, current.MaxPerSecond),
    };

    static Task<Setting<CompensationSettings>?> StoredAsync(SettingsStore store, CancellationToken cancellationToken)
        => store.FindAsync<CompensationSettings>(SettingNames.Compensation, cancellationToken);
}

/// <summary>The settings of compensation, as operators see them.</summary>
/// <param name="Settings">What holds.</param>
/// <param name="Version">Counts the changes by operators; 0 while the configuration holds.</param>
/// <param name="UpdatedBy">Who changed them last; null while the configuration holds.</param>
/// <param name="UpdatedAt">When.</param>
sealed record CompensationSettingsView(CompensationSettings Settings, long Version, string? UpdatedBy, DateTimeOffset? UpdatedAt)
{
    public static CompensationSettingsView Of(Setting<CompensationSettings>? stored, ConfiguredCompensation configured) => stored is null
        ? new CompensationSettingsView(configured.ToSettings(), 0, null, null)
        : new CompensationSettingsView(stored.Value, stored.Version, stored.UpdatedBy, stored.UpdatedAt);
}
