using System.Buffers;
using System.IO.Pipelines;

using BenchmarkDotNet.Attributes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using Seckill.Api.Http;

namespace Seckill.MicroBench;

/// <summary>The body of an order, from bytes to checked fields.</summary>
public class OrderRequest
{
    static readonly string[] Fields = ["skuId", "quantity"];

    readonly ReadOnlySequence<byte> _body = new("""{"skuId":1,"quantity":1}"""u8.ToArray());

    [Benchmark]
    public async Task<long> Read()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(PipeReader.Create(_body)));
        context.Request.ContentType = "application/json";
        var (body, _) = await JsonBody.ReadAsync(context.Request, Fields);
        using (body)
            return body!.Whole("skuId", 1, long.MaxValue) + body.Whole("quantity", 1, 1);
    }

    sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = reader;
    }
}
