using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Ledger;

namespace Seckill.Admission.Tests;

public class Registration_Specs
{
    [Fact]
    public async Task Should_give_the_hosts_what_they_ask_for()
    {
        await using var services = Build([]);

        services.GetRequiredService<StockAdmission>().ShouldNotBeNull();
        services.GetRequiredService<IStockParticipant>().ShouldBeOfType<RedisStockParticipant>();
        services.GetRequiredService<IDistributedLock>().ShouldBeOfType<RedLock>();
        services.GetRequiredService<IStockWarmUp>().ShouldBeOfType<StockRebuild>();
        services.GetServices<IHostedService>().Select(x => x.GetType()).Where(x => x.Assembly == typeof(StockKeeper).Assembly).ShouldBe(
            [typeof(StockKeeper), typeof(StockExpiryLoop), typeof(WriteAheadRelay)], ignoreOrder: true);
        services.GetRequiredService<RedisConnections>().Locks.ShouldBe([services.GetRequiredService<RedisConnections>().Stock]);
    }

    [Theory]
    [InlineData("Redis:Stock:Port", "0", "Redis:Stock:Port")]
    [InlineData("Redis:Cache:Host", "", "Redis:Cache:Host")]
    [InlineData("Redis:Locks:0:Port", "70000", "Redis:Locks:0:Port")]
    public async Task Should_name_the_redis_key_that_is_wrong(string key, string value, string named)
    {
        await using var services = Build([new(key, value)]);
        var failure = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<RedisOptions>>().Value);
        failure.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Should_refuse_one_lock_master_named_twice()
    {
        await using var services = Build([new("Redis:Locks:0:Port", "7001"), new("Redis:Locks:1:Port", "7001")]);
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<RedisOptions>>().Value).Message.ShouldContain("twice");
    }

    [Theory]
    [InlineData(nameof(AdmissionOptions.RelayDelaySeconds), "0")]
    [InlineData(nameof(AdmissionOptions.TombstoneHours), "2147483647")]
    [InlineData(nameof(AdmissionOptions.WatchEntriesDays), "-2147483648")]
    public async Task Should_refuse_admission_settings_out_of_range(string key, string value)
    {
        await using var services = Build([new("Admission:" + key, value)]);
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<AdmissionOptions>>().Value).Message.ShouldContain(key);
    }

    static ServiceProvider Build(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging();
        services.AddLedger();
        services.AddAdmission();
        services.AddStockKeeper();
        services.AddWriteAheadRelay();
        services.AddSingleton<ISeckillRequestedPublisher, FakeKafka>();
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
