using Seckill.Operations.Alerts.Channels;

namespace Seckill.Operations.Alerts.Delivery;

/// <summary>
/// How many of the alerts that wait for a channel go into its next message. One that can't take a digest, or not this one, still gets the
/// alerts that it can take.
/// </summary>
sealed class DigestSize
{
    /// <summary>Alerts that wait at most while each is a message of its own.</summary>
    internal const int OneByOne = 20;

    /// <summary>Alerts in one digest; a webhook gets all of them in the body.</summary>
    const int Most = 1000;

    /// <summary>What waits goes as a digest, or several, until all of it is told.</summary>
    bool _gathers;

    /// <summary>The channel refused a digest: until nothing waits any more, alerts go one by one.</summary>
    bool _refuses;

    /// <summary>A digest failed. A single alert tells whether it is the channel that does not work.</summary>
    bool _probes;

    /// <summary>It was not: if a digest fails now, it is something in it, or its length.</summary>
    bool _suspects;
    int _most = Most;

    public int Of(int waiting)
    {
        _gathers |= waiting > OneByOne;
        return _gathers && !_refuses && !_probes ? _most : 1;
    }

    /// <summary>What waits now goes as a digest, however little it is.</summary>
    public void Gather() => _gathers = true;

    public void NoteNothingWaits() => (_gathers, _refuses, _probes, _suspects, _most) = (false, false, false, false, Most);

    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="sent">Alerts in the message.</param>
    /// <param name="waiting">Alerts that waited, those in the message included.</param>
    public void Note(DeliveryOutcome outcome, int sent, int waiting)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Refused when sent > 1:
                _refuses = true;
                break;
            case DeliveryOutcome.Delivered or DeliveryOutcome.Refused:
                _gathers &= sent < waiting;
                _most = sent == _most ? Math.Min(_most * 2, Most) : _most;
                break;
            case DeliveryOutcome.Failed when sent > 1 && _suspects:
                _most = sent / 2;
                break;
            case DeliveryOutcome.RateLimited:
                _gathers = true;
                break;
        }

        _suspects = _probes && outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused;
        _probes = outcome == DeliveryOutcome.Failed && sent > 1;
    }
}
