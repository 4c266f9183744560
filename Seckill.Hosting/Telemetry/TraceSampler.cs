using System.Buffers.Binary;
using System.Diagnostics;

using OpenTelemetry.Trace;

namespace Seckill.Hosting.Telemetry;

/// <summary>
/// Keeps what our code begins: it asks before it begins anything, since a span that is dropped costs nearly as much as one that is kept. Of HTTP requests it keeps a
/// share, by their trace id, whatever the caller wishes: anybody can set a flag in a header.
/// </summary>
/// <param name="ratio">The share of requests, from 0 to 1.</param>
sealed class TraceSampler(double ratio) : Sampler
{
    /// <summary>Bits of a trace id that are random: W3C Trace Context level 2, by which others decide alike.</summary>
    const int RandomBits = 56;
    const ulong Nothing = 1UL << RandomBits;

    readonly ulong _least = Nothing - (ulong)(ratio * Nothing);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var comesFromOutside = parent.TraceId == default || parent.IsRemote;
        return new SamplingResult(
            samplingParameters.Kind != ActivityKind.Server || !comesFromOutside || IsSampled(samplingParameters.TraceId)
                ? SamplingDecision.RecordAndSample
                : SamplingDecision.Drop);
    }

    bool IsSampled(ActivityTraceId traceId)
    {
        Span<byte> bytes = stackalloc byte[16];
        traceId.CopyTo(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & (Nothing - 1)) >= _least;
    }
}
