namespace Seckill.Kafka.Consuming;

/// <summary>A record's key, compared by its bytes.</summary>
readonly struct RecordKey(byte[] bytes) : IEquatable<RecordKey>
{
    readonly byte[] _bytes = bytes;
    readonly int _hash = Hash(bytes);

    public bool Equals(RecordKey other) => _hash == other._hash && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is RecordKey other && Equals(other);

    public override int GetHashCode() => _hash;

    static int Hash(byte[] bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
