using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.Archive;

/// <summary>Registers the archive of failed orders.</summary>
public static class ArchiveServices
{
    /// <summary>
    /// Adds <see cref="IFailedOrderArchive"/>, in PostgreSQL or in a bucket, as section <see cref="ArchiveOptions.Section"/> says; and the
    /// database, whose options are checked also where it is not used.
    /// </summary>
    public static IServiceCollection AddFailedOrderArchive(this IServiceCollection services)
    {
        services.AddPostgres();
        services.AddOptions<ArchiveOptions>().BindConfiguration(ArchiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PostgresArchive>();
        services.AddSingleton<S3Archive>();
        services.AddFaultPoints();
        services.AddSingleton(x => x.WithFaults<IFailedOrderArchive, IFailedOrderArchive>(
            x.GetRequiredService<IOptions<ArchiveOptions>>().Value.Storage == ArchiveOptions.ObjectStore
                ? x.GetRequiredService<S3Archive>()
                : x.GetRequiredService<PostgresArchive>(),
            (archive, faults) => new ArchiveFaults(archive, faults)));
        return services;
    }
}
