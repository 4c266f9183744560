using Seckill.Operations.Alerts.Channels;
using Seckill.Operations.Alerts.Delivery;

namespace Seckill.Operations.Tests.Alerts;

public sealed class DigestSize_Specs
{
    readonly DigestSize _digest = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(DigestSize.OneByOne, 1)]
    [InlineData(DigestSize.OneByOne + 1, 1000)]
    public void Should_be_one_unless_many_wait(int waiting, int size) => _digest.Of(waiting).ShouldBe(size);

    [Fact]
    public void Should_ask_with_a_single_one_whether_the_channel_works_and_not_shrink_while_it_does_not()
    {
        for (var i = 0; i < 10; i++)
        {
            _digest.Of(5000).ShouldBe(1000);
            _digest.Note(DeliveryOutcome.Failed, 1000, 5000);
            _digest.Of(5000).ShouldBe(1);
            _digest.Note(DeliveryOutcome.Failed, 1, 5000);
        }
    }

    [Fact]
    public void Should_halve_a_digest_that_fails_while_the_channel_works_and_grow_again()
    {
        for (var size = 1000; size > 1; size /= 2)
        {
            _digest.Of(5000).ShouldBe(size);
            _digest.Note(DeliveryOutcome.Failed, size, 5000);
            // Only known to be the digest's fault once a single one went through.
            _digest.Of(5000).ShouldBe(1);
            _digest.Note(DeliveryOutcome.Delivered, 1, 5000);
            _digest.Of(5000).ShouldBe(size);
            _digest.Note(DeliveryOutcome.Failed, size, 5000);
            _digest.Of(5000).ShouldBe(1);
            _digest.Note(DeliveryOutcome.Failed, 1, 5000);
        }

        foreach (var size in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000])
        {
            _digest.Of(5000).ShouldBe(size);
            _digest.Note(DeliveryOutcome.Delivered, size, 5000);
        }
    }

    [Fact]
    public void Should_tell_all_that_gathered_in_digests_and_what_comes_later_one_by_one()
    {
        _digest.Of(1500).ShouldBe(1000);
        _digest.Note(DeliveryOutcome.Delivered, 1000, 1500);
        _digest.Of(5).ShouldBe(1000);
        _digest.Note(DeliveryOutcome.Delivered, 5, 5);
        _digest.Of(5).ShouldBe(1);
    }

    [Fact]
    public void Should_be_one_after_a_digest_was_refused_until_nothing_waits()
    {
        _digest.Of(30);
        _digest.Note(DeliveryOutcome.Refused, 30, 30);
        _digest.Of(30).ShouldBe(1);
        _digest.Note(DeliveryOutcome.Delivered, 1, 30);
        _digest.Of(29).ShouldBe(1);
        _digest.NoteNothingWaits();
        _digest.Of(30).ShouldBe(1000);
    }
}
