using System.Text;

namespace Seckill.Fuzz.Inputs;

/// <summary>The chance that one input is made of. It depends on the seed, the part and the input's number alone, so that any input can be made again.</summary>
sealed class Dice
{
    readonly Random _random;

    public Dice(int seed, string part, long index)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var unit in Encoding.ASCII.GetBytes($"{seed}/{part}/{index}"))
            hash = (hash ^ unit) * 1_099_511_628_211UL;
        _random = new Random((int)(hash ^ (hash >> 32)));
    }

    /// <summary>True so often in a hundred.</summary>
    public bool Percent(int percent) => _random.Next(100) < percent;

    /// <summary>True once in so many.</summary>
    public bool OneIn(int many) => _random.Next(many) == 0;

    /// <summary>A number from <paramref name="from"/> to <paramref name="to"/>, both of them possible.</summary>
    public int Number(int from, int to) => _random.Next(from, to + 1);

    public long Long() => _random.NextInt64(long.MinValue, long.MaxValue);

    public Guid Id() => new(Bytes(16));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
