using System.Globalization;

namespace Seckill.Cli.Mutations;

/// <summary>Removes guards one at a time and sees whether their tests miss them. First all tests are run with all guards in place: they must pass.</summary>
sealed class MutationRun(Workshop workshop, TextWriter output, TimeProvider time)
{
    /// <summary>Runs.</summary>
    /// <param name="mutations">The guards.</param>
    /// <param name="commit">The commit of the sources.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">A test fails, or can't be built, with all guards in place.</exception>
    public async Task<MutationReport> RunAsync(IReadOnlyList<Mutation> mutations, string? commit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var projects = mutations.GroupBy(x => x.Project).ToList();
        foreach (var project in projects)
            await CheckSoundAsync(project.Key, [.. project.SelectMany(x => x.Tests).Distinct()], cancellationToken);

        var results = new List<MutationResult>();
        foreach (var mutation in projects.SelectMany(x => x))
        {
            var started = time.GetTimestamp();
            var run = await workshop.TestWithoutAsync(mutation, cancellationToken);
            var result = Judge(mutation, run, time.GetElapsedTime(started).TotalSeconds);
            results.Add(result);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  {Word(result.Verdict),-9} {mutation.Name,-44} {Detail(result)}, {result.Seconds:0.0} s"));
        }

        return new MutationReport(commit, time.GetElapsedTime(began).TotalSeconds, results);
    }

    async Task CheckSoundAsync(string project, IReadOnlyList<string> tests, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (await workshop.BuildTestsAsync(project, cancellationToken) is { } problem)
            throw new InvalidOperationException(problem);

        var run = await workshop.TestAsync("sound-" + project, project, tests, cancellationToken);
        if (run.Problem is not null || run.Failed.Count > 0)
            throw new InvalidOperationException($"With all guards in place {project} fails: {run.Problem ?? string.Join(", ", run.Failed)}");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"  {"sound",-9} {project,-44} {run.Passed} tests pass with all guards in place, {time.GetElapsedTime(started).TotalSeconds:0.0} s"));
    }

    static MutationResult Judge(Mutation mutation, TestRun run, double seconds)
        => new(mutation.Name, mutation.Guards, mutation.File, run.Verdict, run.Failed, Math.Round(seconds, 1), run.Problem);

    static string Word(MutationVerdict verdict) => verdict switch
    {
        MutationVerdict.Killed => "killed",
        MutationVerdict.Survived => "SURVIVED",
        _ => "ERROR",
    };

    static string Detail(MutationResult result) => result.Verdict switch
    {
        MutationVerdict.Killed => "by " + string.Join(", ", result.KilledBy),
        MutationVerdict.Survived => "nothing misses the guard: " + result.Guards,
        _ => result.Problem ?? "",
    };
}
