using Seckill.DevKafka;

namespace Seckill.Kafka.Tests.DevKafka;

public sealed class PartitionLog_Specs
{
    readonly PartitionLog _log = new();

    [Fact]
    public void Should_give_each_record_the_next_offset()
    {
        _log.Append(Batches.Of(3)).ShouldBe((KafkaError.None, 0));
        _log.Append([.. Batches.Of(2), .. Batches.Of(1)]).ShouldBe((KafkaError.None, 3));

        (_log.Start, _log.End).ShouldBe((0, 6));
        Read(0).ShouldBe([0, 3, 5]);
    }

    [Fact]
    public void Should_begin_with_the_batch_that_has_the_offset()
    {
        for (var i = 0; i < 100; i++)
            _log.Append(Batches.Of(7));

        Read(350).First().ShouldBe(350);
        Read(356).First().ShouldBe(350);
        Read(699).ShouldBe([693]);
        Read(700).ShouldBeEmpty();
    }

    [Fact]
    public void Should_hand_out_as_many_batches_as_fit_and_at_least_one()
    {
        for (var i = 0; i < 5; i++)
            _log.Append(Batches.Of(1, bytes: 100));

        Read(0, mostBytes: 250).ShouldBe([0, 1]);
        Read(0, mostBytes: 1).ShouldBe([0]);
    }

    [Fact]
    public void Should_refuse_an_offset_that_is_not_there()
    {
        _log.Append(Batches.Of(2));

        _log.Read(3, int.MaxValue, []).ShouldBe(KafkaError.OffsetOutOfRange);
        _log.Read(-1, int.MaxValue, []).ShouldBe(KafkaError.OffsetOutOfRange);
    }

    [Fact]
    public void Should_drop_the_oldest_beyond_its_size()
    {
        const int Mebibyte = 1024 * 1024;
        var most = (int)(PartitionLog.MostBytes / Mebibyte);
        for (var i = 0; i < most * 3; i++)
            _log.Append(Batches.Of(1, bytes: Mebibyte));

        (_log.Start, _log.End).ShouldBe((most * 2, most * 3));
        _log.Read(_log.Start - 1, int.MaxValue, []).ShouldBe(KafkaError.OffsetOutOfRange);
        Read(_log.Start).Count().ShouldBe(most);
    }

    [Fact]
    public void Should_refuse_what_is_no_batch()
    {
        var old = Batches.Of(1);
        old[16] = 1;

        _log.Append([]).Error.ShouldBe(KafkaError.UnsupportedForMessageFormat);
        _log.Append(old).Error.ShouldBe(KafkaError.UnsupportedForMessageFormat);
        _log.Append(Batches.Of(1).AsSpan(0, 60)).Error.ShouldBe(KafkaError.UnsupportedForMessageFormat);
        _log.Append(Batches.Of(0)).Error.ShouldBe(KafkaError.UnsupportedForMessageFormat);
        _log.End.ShouldBe(0);
    }

    [Fact]
    public void Should_store_a_batch_that_comes_again_once()
    {
        _log.Append(Batches.Of(3, 9, 0, 0));
        for (var i = 0; i < 4; i++)
            _log.Append(Batches.Of(1, 9, 0, 3 + i));

        _log.Append(Batches.Of(3, 9, 0, 0)).ShouldBe((KafkaError.None, 0));
        _log.Append(Batches.Of(1, 9, 0, 5)).ShouldBe((KafkaError.None, 5));
        _log.End.ShouldBe(7);
    }

    [Fact]
    public void Should_refuse_a_gap_and_what_is_forgotten()
    {
        _log.Append(Batches.Of(1, 9, 0, 0));
        _log.Append(Batches.Of(1, 9, 0, 2)).Error.ShouldBe(KafkaError.OutOfOrderSequence);
        for (var i = 1; i <= 5; i++)
            _log.Append(Batches.Of(1, 9, 0, i)).Error.ShouldBe(KafkaError.None);

        _log.Append(Batches.Of(1, 9, 0, 0)).Error.ShouldBe(KafkaError.OutOfOrderSequence);
        _log.End.ShouldBe(6);
    }

    [Fact]
    public void Should_let_a_producer_begin_anywhere_that_it_does_not_know()
    {
        _log.Append(Batches.Of(1, 9, 0, 41)).ShouldBe((KafkaError.None, 0));
        _log.Append(Batches.Of(1, 9, 0, 42)).ShouldBe((KafkaError.None, 1));
        _log.Append(Batches.Of(1, 8, 0, 0)).ShouldBe((KafkaError.None, 2));
    }

    [Fact]
    public void Should_begin_a_new_epoch_with_0_and_refuse_the_old_one()
    {
        _log.Append(Batches.Of(1, 9, 0, 0));
        _log.Append(Batches.Of(1, 9, 1, 1)).Error.ShouldBe(KafkaError.OutOfOrderSequence);
        _log.Append(Batches.Of(1, 9, 1, 0)).Error.ShouldBe(KafkaError.None);
        _log.Append(Batches.Of(1, 9, 0, 1)).Error.ShouldBe(KafkaError.InvalidProducerEpoch);
    }

    [Fact]
    public void Should_number_on_from_0_behind_the_largest_number()
    {
        _log.Append(Batches.Of(2, 9, 0, int.MaxValue - 1));
        _log.Append(Batches.Of(1, 9, 0, 0)).Error.ShouldBe(KafkaError.None);
        _log.Append(Batches.Of(1, 9, 0, 1)).Error.ShouldBe(KafkaError.None);
    }

    IEnumerable<long> Read(long offset, int mostBytes = int.MaxValue)
    {
        var found = new List<RecordBatch>();
        _log.Read(offset, mostBytes, found).ShouldBe(KafkaError.None);
        return found.Select(x => x.BaseOffset);
    }
}
