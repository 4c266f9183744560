using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

using Seckill.Operations.Archive;
using Seckill.Operations.Tests.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Archive;

/// <summary>One S3 server for the tests that don't stop it; each test has a prefix of its own in the bucket.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    public S3Server Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await S3Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>The archive in a new prefix.</summary>
    public static S3Archive NewArchive(ArchiveOptions options) => new(Options.Create(options));

    public static ArchiveOptions NewPrefix(S3Server server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new ArchiveOptions
        {
            Storage = ArchiveOptions.ObjectStore,
            S3 = new S3Options
            {
                ServiceUrl = server.ServiceUrl,
                Bucket = server.Bucket,
                AccessKey = server.AccessKey,
                SecretKey = server.SecretKey,
                Prefix = $"test-{Guid.NewGuid():N}/",
            },
        };
    }
}

[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<S3Fixture>
{
    public const string Name = "s3";
}

[Collection(S3Tests.Name)]
public sealed class Keeping_orders_in_S3_Specs(S3Fixture fixture) : KeepingOrders_Specs
{
    readonly ArchiveOptions _options = S3Fixture.NewPrefix(fixture.Server);
    readonly List<S3Archive> _archives = [];

    public override Task DisposeAsync()
    {
        _archives.ForEach(x => x.Dispose());
        return Task.CompletedTask;
    }

    protected override Task<IFailedOrderArchive> NewArchiveAsync() => Task.FromResult(InAnotherProcess());

    protected override IFailedOrderArchive InAnotherProcess()
    {
        _archives.Add(S3Fixture.NewArchive(_options));
        return _archives[^1];
    }

    [Fact]
    public async Task Should_complete_what_a_crash_between_the_two_writes_has_left()
    {
        var order = Orders.New();
        var crashed = order with { ArchivedAt = order.ArchivedAt.AddSeconds(-5) };
        await PutAsync(new S3Keys(_options.S3.Prefix).Entry(ArchivePosition.Of(crashed)), "-");

        (await Archive.FindAsync(order.ArchiveId)).ShouldBeNull();
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.ShouldBeEmpty();

        (await Archive.AddAsync(order)).ShouldBeTrue();
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.ShouldHaveSingleItem().ShouldBeSameAs(order);
    }

    [Fact]
    public async Task Should_bring_back_an_entry_of_the_index_that_was_lost()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        using (var client = NewClient())
            await client.DeleteObjectAsync(_options.S3.Bucket, new S3Keys(_options.S3.Prefix).Entry(ArchivePosition.Of(order)));
        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.ShouldBeEmpty();

        await Archive.AddAsync(order);

        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_mind_what_others_keep_under_its_prefix()
    {
        await Archive.AddAsync(Orders.New());
        foreach (var key in (string[])["index/README", "index/123456789012345678-_Z", "index/000000000000000000-x", "index/999999999999999999-", "other"])
            await PutAsync(_options.S3.Prefix + key, "x");

        (await Archive.ListAsync(new FailedOrderFilter(), null, 10)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_fail_in_its_own_words_when_a_document_is_damaged_or_the_bucket_is_not_there()
    {
        await PutAsync(new S3Keys(_options.S3.Prefix).Document("x"), "{");
        (await Should.ThrowAsync<ArchiveUnavailableException>(() => Archive.FindAsync("x"))).Message.ShouldContain("orders/x.json is not an archived order");

        _options.S3.Bucket = "nowhere";
        await Should.ThrowAsync<ArchiveUnavailableException>(() => Archive.FindAsync("y"));
        await Should.ThrowAsync<ArchiveUnavailableException>(() => Archive.AddAsync(Orders.New()));
    }

    [Fact]
    public async Task Should_know_its_own_mark_when_the_answer_to_it_was_lost()
    {
        var order = Orders.New();
        await Archive.AddAsync(order);
        await using var proxy = await LosingProxy.StartAsync(_options.S3.ServiceUrl);
        _options.S3.ServiceUrl = proxy.Url;
        var archive = InAnotherProcess();

        proxy.LosesNext = x => HttpMethods.IsPut(x.Method) && x.Path.Value!.Contains("/orders/", StringComparison.Ordinal);
        (await archive.MarkHandledAsync(order.ArchiveId, Orders.Handled())).ShouldBe(HandleOutcome.Handled);
        proxy.Lost.ShouldBe(1);

        (await archive.MarkHandledAsync(order.ArchiveId, Orders.Handled())).ShouldBe(HandleOutcome.AlreadyHandled, "that was another call");
        (await Archive.FindAsync(order.ArchiveId)).ShouldBeSameAs(order with { Handling = Orders.Handled() });
    }

    async Task PutAsync(string key, string content)
    {
        using var client = NewClient();
        await client.PutObjectAsync(new PutObjectRequest { BucketName = _options.S3.Bucket, Key = key, ContentBody = content, UseChunkEncoding = false });
    }

    AmazonS3Client NewClient() => new(new BasicAWSCredentials(_options.S3.AccessKey, _options.S3.SecretKey), new AmazonS3Config
    {
        ServiceURL = _options.S3.ServiceUrl,
        AuthenticationRegion = _options.S3.Region,
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
    });
}

/// <summary>A server that ignores conditions, as older ones do: what one process does is right there, too.</summary>
public sealed class Keeping_orders_in_S3_without_conditional_writes_Specs : KeepingOrders_Specs
{
    S3Server _server = null!;

    public override async Task DisposeAsync()
    {
        ((S3Archive)Archive).Dispose();
        await _server.DisposeAsync();
    }

    protected override async Task<IFailedOrderArchive> NewArchiveAsync()
    {
        _server = await S3Server.StartPrivateAsync(conditionalWrites: false);
        var options = S3Fixture.NewPrefix(_server);
        options.S3.ConditionalWrites = false;
        return S3Fixture.NewArchive(options);
    }

    /// <summary>The same process.</summary>
    protected override IFailedOrderArchive InAnotherProcess() => Archive;
}

[Collection(S3Tests.Name)]
public sealed class Listing_orders_in_S3_Specs(S3Fixture fixture) : ListingOrders_Specs
{
    public override Task DisposeAsync()
    {
        ((S3Archive)Archive).Dispose();
        return Task.CompletedTask;
    }

    protected override Task<IFailedOrderArchive> NewArchiveAsync()
        => Task.FromResult<IFailedOrderArchive>(S3Fixture.NewArchive(S3Fixture.NewPrefix(fixture.Server)));
}

public sealed class S3_outage_Specs : ArchiveOutage_Specs
{
    SilentServer _silent = null!;
    S3Server _server = null!;
    S3Archive _archive = null!;
    S3Archive _silentArchive = null!;

    protected override IFailedOrderArchive Archive => _archive;

    protected override IFailedOrderArchive SilentArchive => _silentArchive;

    public override async Task InitializeAsync()
    {
        _silent = SilentServer.Start();
        _server = await S3Server.StartPrivateAsync(conditionalWrites: true);
        var options = S3Fixture.NewPrefix(_server);
        _archive = S3Fixture.NewArchive(options);
        var silent = S3Fixture.NewPrefix(_server);
        silent.S3.ServiceUrl = $"http://127.0.0.1:{_silent.Port}";
        _silentArchive = S3Fixture.NewArchive(silent);
    }

    public override async Task DisposeAsync()
    {
        _archive.Dispose();
        _silentArchive.Dispose();
        await _server.DisposeAsync();
        _silent.Dispose();
    }

    protected override Task StopStoreAsync() => _server.StopAsync();

    protected override Task RestartStoreAsync() => _server.RestartAsync();

    protected override Task FreezeStoreAsync() => _server.FreezeAsync();

    protected override Task ThawStoreAsync() => _server.ThawAsync();
}
