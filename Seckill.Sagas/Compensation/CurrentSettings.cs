using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Ledger.Settings;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// The settings of compensation as operators set them last, read from MySQL once a moment; those of the configuration until somebody did. While MySQL
/// is away the last known ones hold.
/// </summary>
public sealed class CurrentSettings(
    SettingsStore store, IOptions<ConfiguredCompensation> configured, IOptions<CompensationOptions> options, TimeProvider time,
    ILogger<CurrentSettings> logger) : BackgroundService
{
    readonly CompensationSettings _configured = configured.Value.ToSettings();
    volatile CompensationSettings? _current;
    long _version;
    bool _failing;

    /// <summary>What holds now.</summary>
    public CompensationSettings Value => _current ?? _configured;

    /// <summary>Reads them now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        var stored = await store.FindAsync<CompensationSettings>(SettingNames.Compensation, cancellationToken);
        if (stored is null || stored.Version == Interlocked.Read(ref _version))
            return;

        if (stored.Value.Validate() is { Count: > 0 } failures)
        {
            logger.LogError("Version {Version} of the settings of compensation is not valid and ignored: {Failures}", stored.Version, failures);
            return;
        }

        _current = stored.Value;
        Interlocked.Exchange(ref _version, stored.Version);
        logger.LogInformation("Compensation follows version {Version} of its settings, by {By}: {Settings}", stored.Version, stored.UpdatedBy, stored.Value);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.SettingsPollMilliseconds), time);
        try
        {
            do
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                    _failing = false;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "The settings of compensation can't be read; the last known hold");
                    _failing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}
