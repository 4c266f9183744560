using System.Text.Json.Serialization;

namespace Seckill.Cli.Mutations;

/// <summary>What came of a mutation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MutationVerdict>))]
enum MutationVerdict
{
    /// <summary>A test failed: the guard is missed.</summary>
    Killed,

    /// <summary>All tests passed without the guard.</summary>
    Survived,

    /// <summary>It does not apply, does not compile, or its tests did not run to their end: nothing is known.</summary>
    Error,
}

/// <summary>What came of one mutation.</summary>
/// <param name="Name">The mutation.</param>
/// <param name="Guards">What its guard keeps from happening.</param>
/// <param name="File">Where it is.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="KilledBy">The tests that failed.</param>
/// <param name="Seconds">How long it took to build it and to run its tests.</param>
/// <param name="Problem">What went wrong, after an error.</param>
sealed record MutationResult(
    string Name, string Guards, string File, MutationVerdict Verdict, IReadOnlyList<string> KilledBy, double Seconds, string? Problem)
{
    /// <summary>What is left of it when the tests turn out to fail with all guards in place: that one failed says nothing then.</summary>
    /// <param name="problem">How they failed.</param>
    public MutationResult WithUnsoundTests(string problem)
        => Verdict == MutationVerdict.Killed ? this with { Verdict = MutationVerdict.Error, Problem = problem } : this;
}

/// <summary>What came of all of them.</summary>
/// <param name="Commit">The commit of the sources, with a mark when they differ from it.</param>
/// <param name="Seconds">How long it took in all.</param>
/// <param name="Mutations">How many were to be tried; a run that was cut off has fewer results.</param>
/// <param name="Results">One for each mutation that was tried so far.</param>
sealed record MutationReport(string? Commit, double Seconds, int Mutations, IReadOnlyList<MutationResult> Results)
{
    /// <summary>Whether every guard was missed.</summary>
    public bool Ok => Results.Count > 0 && Results.Count == Mutations && Results.All(x => x.Verdict == MutationVerdict.Killed);
}
