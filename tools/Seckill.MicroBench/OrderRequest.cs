using System.Buffers;
using System.IO.Pipelines;

using BenchmarkDotNet.Attributes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using Seckill.Api.Http;
using Seckill.Api.Orders;

namespace Seckill.MicroBench;

/// <summary>The body of an order, from bytes to its fields, as every well-behaved client sends it.</summary>
public class OrderRequest
{
    readonly ReadOnlySequence<byte> _body = new("""{"skuId":1,"quantity":1}"""u8.ToArray());

    [Benchmark]
    public async Task<long> Read()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(PipeReader.Create(_body)));
        context.Request.ContentType = "application/json";
        var (bytes, _) = await JsonBody.BytesAsync(context.Request);
        var wish = OrderWish.TryRead(bytes!)!;
        return wish.SkuId + wish.Quantity;
    }

    sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = reader;
    }
}
