using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

using Confluent.Kafka;

using Dapper;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Contracts;
using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Hosting.Identity;
using Seckill.Ledger;
using Seckill.Operations.Postgres;
using Seckill.Sagas.Audit;

namespace Seckill.Fuzz.Kafka;

/// <summary>
/// Records on all topics. What can't be read must be in the dead-letter topic byte by byte, and from there in the archive; offsets must pass; an order that can be read
/// must come to an end; what is watched must stay as it is.
/// </summary>
sealed class KafkaPart() : FuzzPart("kafka", 30)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>The groups of the workers, by topic; those of the API have names that change.</summary>
    static readonly (string Topic, string Group)[] Groups =
        [(TopicNames.OrderEvents, "order-transactions"), (TopicNames.Compensation, "compensation"), (TopicNames.CompensationDeadLetter, "dead-letters")];

    readonly ConcurrentDictionary<string, (long Index, RecordInput Input)> _expected = new();
    RecordInputs _inputs = null!;
    IProducer<byte[]?, byte[]?> _producer = null!;
    DeadLetters _letters = null!;
    IReadOnlyDictionary<string, string> _before = new Dictionary<string, string>();

    protected override int AtOnce => 64;

    // The stand-in keeps 32 MiB of a partition: what is not read by then is lost.
    protected override int Chunk => 2_000;

    protected override async Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        _inputs = new RecordInputs(run);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = run.Configuration["Kafka:Bootstrap"],
            MessageTimeoutMs = 60_000,
            MessageMaxBytes = RecordInputs.MostBytes,
            LingerMs = 1,
        }).Build();
        _letters = await DeadLetters.FollowAsync(run.Configuration["Kafka:Bootstrap"]!, cancellationToken);
        _before = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
    }

    protected override async Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
    {
        var input = _inputs.Make(new Dice(run.Seed, Name, index));
        result.Count($"{input.Topic}, {input.Fate}");
        try
        {
            var report = await _producer.ProduceAsync(
                input.Topic, new Message<byte[]?, byte[]?> { Key = input.Key, Value = input.Value, Headers = input.Headers }, cancellationToken);
            if (input.Fate == RecordFate.Unreadable)
                _expected[Place(report.Topic, report.Partition.Value, report.Offset.Value)] = (index, input);
            if (input.Fate == RecordFate.TooLarge)
                run.Findings.Add("too large", Name, index, "A record was taken that is larger than the most", null);
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (input.Fate == RecordFate.TooLarge && exception.Error.Code == ErrorCode.MsgSizeTooLarge)
        {
            result.Count("refused for their size");
        }
    }

    protected override async Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken)
    {
        await PassAsync(run, first, next, cancellationToken);
        var after = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
        if (StateDigest.Difference(_before, after) is { Length: > 0 } difference)
            run.Findings.Add("state", Name, first, $"Records from number {first} on, before {next}, changed the state: {difference}", null);
        _before = after;
        run.CheckProcesses(Name);
        run.Say($"{Name}: {next} inputs");
    }

    protected override async Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        await CompareLettersAsync(run, cancellationToken);
        await CompareArchiveAsync(run, result, cancellationToken);
        await SettleAsync(run, cancellationToken);
        await run.Watched.OrderAsync(run.Token("good-kafka", Roles.Buyer), cancellationToken);
        result.Count("letters in the dead-letter topics", _letters.Count);
        await _letters.DisposeAsync();
        _producer.Dispose();
    }

    /// <summary>Waits until the workers have passed all that was produced.</summary>
    async Task PassAsync(FuzzRun run, long first, long next, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        foreach (var (topic, group) in Groups)
        {
            using var offsets = new Offsets(run.Configuration["Kafka:Bootstrap"]!, topic, group);
            while (await Task.Run(offsets.Behind, cancellationToken) is { Length: > 0 } behind)
            {
                if (watch.Elapsed > Patience)
                {
                    run.Findings.Add($"offsets {topic}", Name, first, $"Group {group} does not pass all records of {topic} (numbers {first} to {next - 1}): {behind}", null);
                    break;
                }

                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <summary>Every record that can't be read is in a dead-letter topic, with the same bytes.</summary>
    async Task CompareLettersAsync(FuzzRun run, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var elsewhere = _expected.Where(x => x.Value.Input.Topic != TopicNames.CompensationDeadLetter).ToList();
        while (elsewhere.Any(x => _letters.Find(x.Key) is null) && watch.Elapsed < Patience)
            await Task.Delay(200, cancellationToken);
        foreach (var (place, (index, input)) in elsewhere)
        {
            if (_letters.Find(place) is not { } letter)
                run.Findings.Add($"no letter {input.Topic}", Name, index, $"The record at {place} can't be read, and is in no dead-letter topic", input.Value);
            else if (!letter.AsSpan().SequenceEqual(input.Value))
                run.Findings.Add($"other letter {input.Topic}", Name, index, $"The dead letter of the record at {place} has other bytes", input.Value);
        }
    }

    /// <summary>Every record that can't be read, and every letter of one, is in the archive when it is in topic <c>compensation_dlq</c>.</summary>
    async Task CompareArchiveAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        var ids = _expected.Where(x => x.Value.Input.Topic == TopicNames.CompensationDeadLetter).ToDictionary(x => "raw:" + x.Key, x => x.Value);
        await using var connection = await run.Services.GetRequiredService<PostgresDatabase>().Source.OpenConnectionAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var archived = (await connection.QueryAsync<string>("SELECT archive_id FROM failed_order_archives WHERE archive_id LIKE 'raw:%'")).ToHashSet();
            var missing = ids.Where(x => !archived.Contains(x.Key)).ToList();
            if (missing.Count == 0 || watch.Elapsed > Patience)
            {
                foreach (var (id, (index, input)) in missing)
                    run.Findings.Add("not archived", Name, index, $"{id} can't be read, and is not in the archive", input.Value);
                result.Count("archived as bytes", archived.Count);
                return;
            }

            await Task.Delay(500, cancellationToken);
        }
    }

    /// <summary>No order is left undecided, no compensation under way, and the books balance.</summary>
    async Task SettleAsync(FuzzRun run, CancellationToken cancellationToken)
    {
        await using var connection = await run.Services.GetRequiredService<MySqlDatabase>().OpenAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var open = (await connection.QueryAsync<(string What, long Count)>("""
                SELECT CONCAT('transaction ', state), COUNT(*) FROM order_transaction WHERE state IN ('Prepared', 'RollingBack', 'Cancelling', 'Refunding') GROUP BY state
                UNION ALL SELECT CONCAT('compensation ', status), COUNT(*) FROM compensation WHERE status <> 'archived' GROUP BY status
                """)).ToList();
            if (open.Count == 0)
                break;
            if (watch.Elapsed > Patience)
            {
                run.Findings.Add("undecided", Name, -1, $"Not at an end after {Patience.TotalSeconds} s: {string.Join(", ", open)}", null);
                break;
            }

            await Task.Delay(500, cancellationToken);
        }

        var audit = await run.Services.GetRequiredService<AuditService>().RunAsync(
            new AuditScope { ActivityIds = [run.Watched.ActivityId, run.Open.ActivityId], Settled = true }, cancellationToken);
        if (!audit.Ok)
            run.Findings.Add("audit", Name, -1, $"The books do not balance: {string.Join("; ", audit.Findings.Take(5))}", null);
    }

    static string Place(string topic, int partition, long offset) => string.Create(CultureInfo.InvariantCulture, $"{topic}:{partition}:{offset}");
}
