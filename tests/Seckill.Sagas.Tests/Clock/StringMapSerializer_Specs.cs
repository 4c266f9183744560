using System.Collections;
using System.Collections.Specialized;

using Seckill.Sagas.Clock;

namespace Seckill.Sagas.Tests.Clock;

public class StringMapSerializer_Specs
{
    readonly StringMapSerializer _serializer = new();

    [Fact]
    public void Should_read_back_what_it_wrote()
    {
        var written = new NameValueCollection { ["order"] = "7", ["名"] = "秒杀 \"quoted\"", ["empty"] = "", ["null"] = null };

        var read = _serializer.DeSerialize<NameValueCollection>(_serializer.Serialize(written)).ShouldNotBeNull();

        read.AllKeys.ShouldBe(written.AllKeys);
        foreach (var key in written.AllKeys)
            read[key].ShouldBe(written[key]);
    }

    [Fact]
    public void Should_read_a_map_as_a_dictionary_too()
    {
        var bytes = _serializer.Serialize(new NameValueCollection { ["a"] = "1" });

        _serializer.DeSerialize<IDictionary>(bytes).ShouldNotBeNull()["a"].ShouldBe("1");
    }

    [Fact]
    public void Should_refuse_what_it_could_not_read_back()
    {
        Should.Throw<NotSupportedException>(() => _serializer.Serialize(new Hashtable { ["a"] = 1 })).Message.ShouldContain("Hashtable");
        Should.Throw<NotSupportedException>(() => _serializer.DeSerialize<ArrayList>("{}"u8.ToArray())).Message.ShouldContain("ArrayList");
    }
}
