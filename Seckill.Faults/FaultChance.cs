namespace Seckill.Faults;

/// <summary>
/// Decides by chance whether a fault happens at a pass. It depends on nothing but the seed, the point, the fault's place among those of the point and the
/// number of the pass: whatever threads do, the same seed makes the same sequence of decisions at each point.
/// </summary>
readonly struct FaultChance(long seed, FaultPoint point, int place)
{
    readonly ulong _stream = Mix(unchecked((ulong)seed) ^ Mix(Hash(point.Name) + (ulong)place));

    public bool Falls(long pass, double probability)
        => probability >= 1 || (Mix(unchecked(_stream + ((ulong)pass * 0x9E3779B97F4A7C15))) >> 11) * (1.0 / (1UL << 53)) < probability;

    // The output function of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
    static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    // FNV-1a: string.GetHashCode is another in every process.
    static ulong Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var c in text)
            hash = unchecked((hash ^ c) * 1099511628211);
        return hash;
    }
}
