using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.Archive;
using Seckill.Operations.AuditLog;
using Seckill.Operations.CompensationLog;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.Tests.Postgres;

public sealed class OperationsOptions_Specs
{
    [Theory]
    [InlineData("Database:Postgres:Port", "0", "must be a port from 1 to 65535")]
    [InlineData("Database:Postgres:Host", "", "must be a host name or an address")]
    [InlineData("Database:Postgres:Database", "Shop; DROP", "must be 1 to 63 lower-case letters, digits and underscores")]
    [InlineData("Database:Postgres:MaximumPoolSize", "1000", "must be from 1 to 200 connections")]
    public async Task Should_say_of_a_wrong_setting_what_is_allowed(string key, string value, string message)
    {
        await using var services = Services((key, value));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<PostgresOptions>>().Value)
            .Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("Archive:Storage", "tape", "must be postgres or s3")]
    [InlineData("Archive:Storage", "s3", "Archive:S3:Bucket must be the name of a bucket, as Archive:Storage is s3")]
    public async Task Should_say_of_a_wrong_archive_what_is_allowed(string key, string value, string message)
    {
        await using var services = Services((key, value));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<ArchiveOptions>>().Value)
            .Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("Compensation:LogStorage", "paper", "must be db, file or both")]
    [InlineData("Compensation:LogPath", "", "must be a folder")]
    [InlineData("Compensation:LogFileSizeBytes", "10", "must be from 10000 to 1000000000 bytes")]
    public async Task Should_say_of_a_wrong_log_what_is_allowed(string key, string value, string message)
    {
        await using var services = Services((key, value));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<CompensationLogOptions>>().Value)
            .Message.ShouldContain(message);
    }

    [Fact]
    public async Task Should_choose_the_archive_by_configuration()
    {
        await using var byDefault = Services();
        await using var s3 = Services(("Archive:Storage", "s3"), ("Archive:S3:ServiceUrl", "http://127.0.0.1:1"), ("Archive:S3:Bucket", "archive"),
            ("Archive:S3:AccessKey", "key"), ("Archive:S3:SecretKey", "secret"));

        byDefault.GetRequiredService<IFailedOrderArchive>().ShouldBeOfType<PostgresArchive>();
        s3.GetRequiredService<IFailedOrderArchive>().ShouldBeOfType<S3Archive>();
    }

    [Fact]
    public async Task Should_register_the_logs()
    {
        await using var services = Services();

        services.GetRequiredService<IAuditLog>().ShouldBeOfType<PostgresAuditLog>();
        services.GetRequiredService<ICompensationLog>().ShouldBeOfType<DoubleLog>();
    }

    static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(x.Key, (string?)x.Value))).Build());
        services.AddLogging();
        services.AddFailedOrderArchive();
        services.AddAuditLog();
        services.AddCompensationLog();
        return services.BuildServiceProvider();
    }
}
