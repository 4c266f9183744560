using System.Diagnostics;

namespace Seckill.Fuzz.Run;

/// <summary>Inputs of one kind. Each is made from the seed and its number alone.</summary>
abstract class FuzzPart(string name, int share)
{
    /// <summary>Its word on the command line.</summary>
    public string Name => name;

    /// <summary>How many of 1000 inputs it gets, when all parts run.</summary>
    public int Share => share;

    /// <summary>It is aimed at sales of a running system.</summary>
    public virtual bool NeedsSales => true;

    /// <summary>How many inputs are tried at once.</summary>
    protected virtual int AtOnce => 32;

    /// <summary>After how many inputs the state is compared.</summary>
    protected virtual int Chunk => 20_000;

    /// <summary>
    /// Tries inputs <paramref name="from"/> and those that follow. What ends it before its time, a server that is gone or a good order that comes to nothing, is
    /// a finding like others.
    /// </summary>
    public async Task<PartResult> RunAsync(FuzzRun run, long from, long count, CancellationToken cancellationToken)
    {
        var result = new PartResult(Name);
        var watch = Stopwatch.StartNew();
        var (first, next) = (from, from);
        try
        {
            await BeginAsync(run, result, cancellationToken);
            for (; first < from + count; first = next)
            {
                next = Math.Min(first + Chunk, from + count);
                await TryAllAsync(run, result, first, next, cancellationToken);
                result.Inputs += next - first;
                await CompareAsync(run, result, first, next, cancellationToken);
            }

            // Whatever shows now was done by any of them.
            first = from;
            await EndAsync(run, result, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var inputs = next == from ? $"before input {from}" : $"with the inputs from {first} on, before {next}";
            run.Findings.Add("broken off", Name, -1, $"The part broke off {inputs}: {exception.GetType().Name}: {exception.Message}", null);
        }

        result.Seconds = watch.Elapsed.TotalSeconds;
        return result;
    }

    /// <summary>Before the first input.</summary>
    protected virtual Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tries one input.</summary>
    protected abstract Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken);

    /// <summary>Tries inputs from <paramref name="first"/> up to the one before <paramref name="next"/>.</summary>
    protected virtual Task TryAllAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken) => Parallel.ForAsync(
        first, next, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (index, token) => await TryAsync(run, result, index, token));

    /// <summary>After so many inputs: whether something changed that must not.</summary>
    protected virtual Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the last input.</summary>
    protected virtual Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken) => Task.CompletedTask;
}
