using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Seckill.TestSupport;

/// <summary>
/// Reads the spans of an OTLP request (opentelemetry/proto/trace/v1/trace.proto), as far as tests look at them. Field numbers are those of that file.
/// </summary>
static class OtlpSpans
{
    public static IEnumerable<ReceivedSpan> Read(ReadOnlyMemory<byte> request)
    {
        foreach (var resourceSpans in Fields(request).Where(x => x.Number == 1))
        {
            var parts = Fields(resourceSpans.Bytes).ToList();
            var service = parts.Where(x => x.Number == 1).SelectMany(x => Tags(Fields(x.Bytes), 1)).FirstOrDefault(x => x.Key == "service.name").Value;
            foreach (var scopeSpans in parts.Where(x => x.Number == 2).Select(x => Fields(x.Bytes).ToList()))
            {
                var source = scopeSpans.Where(x => x.Number == 1).SelectMany(x => Fields(x.Bytes)).Where(x => x.Number == 1).Select(Text).FirstOrDefault("");
                foreach (var span in scopeSpans.Where(x => x.Number == 2))
                    yield return Span(service ?? "", source, Fields(span.Bytes).ToList());
            }
        }
    }

    static ReceivedSpan Span(string service, string source, List<Field> fields) => new(
        service,
        source,
        fields.Where(x => x.Number == 5).Select(Text).FirstOrDefault(""),
        Hex(fields, 1),
        Hex(fields, 2),
        Hex(fields, 4),
        Time(fields, 7),
        Time(fields, 8),
        fields.Where(x => x.Number == 15).SelectMany(x => Fields(x.Bytes)).Any(x => x is { Number: 3, Value: 2 }),
        fields.Where(x => x.Number == 13).Select(x => Fields(x.Bytes).ToList()).Select(x => (Hex(x, 1), Hex(x, 2))).ToList(),
        Tags(fields, 9).ToDictionary(x => x.Key, x => x.Value));

    static IEnumerable<KeyValuePair<string, string>> Tags(IEnumerable<Field> fields, int number)
        => fields.Where(x => x.Number == number).Select(x => Fields(x.Bytes).ToList()).Select(pair => KeyValuePair.Create(
            pair.Where(x => x.Number == 1).Select(Text).First(),
            pair.Where(x => x.Number == 2).SelectMany(x => Fields(x.Bytes)).Select(x => x.Number == 1 ? Text(x) : x.Value.ToString(CultureInfo.InvariantCulture))
                .FirstOrDefault("")));

    static string Text(Field field) => Encoding.UTF8.GetString(field.Bytes.Span);

    static string Hex(List<Field> fields, int number)
        => fields.Where(x => x.Number == number).Select(x => Convert.ToHexStringLower(x.Bytes.Span)).FirstOrDefault("");

    static DateTimeOffset Time(List<Field> fields, int number)
        => DateTimeOffset.UnixEpoch.AddTicks((long)(fields.First(x => x.Number == number).Value / 100));

    static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message.Span, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new Field(number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    yield return new Field(number, 0, message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    yield return new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Protobuf has no wire type {key & 7}");
            }
        }
    }

    static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    readonly record struct Field(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);
}
