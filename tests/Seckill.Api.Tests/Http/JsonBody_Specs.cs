using System.Text;

using Microsoft.AspNetCore.Http;

using Seckill.Api.Http;

namespace Seckill.Api.Tests.Http;

public sealed class JsonBody_Specs
{
    [Theory]
    [InlineData("{\"note\":\"\\ud800\"}")]
    [InlineData("{\"note\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"\\ud800\":1,\"\\ud800\":2}")]
    [InlineData("{\"note\":[\"\\ud800\"]}")]
    [InlineData("{\"note\":{\"\\ud800\":1}}")]
    public void Should_refuse_half_a_surrogate_pair(string text) => ShouldBeRefused(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData(0xff)]
    [InlineData(0xc3)]
    [InlineData(0x80)]
    public void Should_refuse_bytes_that_are_no_text(byte wrong)
    {
        ShouldBeRefused([.. "{\"note\":\""u8, wrong, .. "\"}"u8]);
        ShouldBeRefused([.. "{\""u8, wrong, .. "\":1}"u8]);
    }

    [Fact]
    public void Should_read_text_that_is_unusual()
    {
        var (body, problem) = JsonBody.Parse("{\"note\":\"抢购 \\ud83c\\udf89 \\u0000\"}"u8.ToArray(), "note");

        problem.ShouldBeNull();
        using (body)
            body!.Text("note", 100).ShouldBe("抢购 🎉 \0");
    }

    static void ShouldBeRefused(byte[] bytes)
    {
        var (body, problem) = JsonBody.Parse(bytes, "note");

        body.ShouldBeNull();
        problem!.Status.ShouldBe(StatusCodes.Status400BadRequest);
        problem.Code.ShouldBe("malformed");
    }
}
