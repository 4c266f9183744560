using System.Globalization;

namespace Seckill.Cli.Mutations;

/// <summary>
/// Removes guards one at a time and sees whether their tests miss them. All tests are run with all guards in place as well, before the first mutation and after the
/// last one of their project: a test that fails by itself misses nothing.
/// </summary>
/// <param name="workshop">Where guards are removed.</param>
/// <param name="output">Where progress is told.</param>
/// <param name="keep">Is given the report as it stands after each mutation, so that a run that is cut off leaves what it knew.</param>
/// <param name="time">The clock.</param>
sealed class MutationRun(Workshop workshop, TextWriter output, Func<MutationReport, Task> keep, TimeProvider time)
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
        {
            if (await workshop.BuildTestsAsync(project.Key, cancellationToken) is { } problem)
                throw new InvalidOperationException(problem);
            if (await UnsoundAsync(project, cancellationToken) is { } unsound)
                throw new InvalidOperationException(unsound);
        }

        var results = new List<MutationResult>();
        MutationReport Report() => new(commit, time.GetElapsedTime(began).TotalSeconds, mutations.Count, [.. results]);
        foreach (var project in projects)
        {
            var before = results.Count;
            foreach (var mutation in project)
            {
                var started = time.GetTimestamp();
                var run = await workshop.TestWithoutAsync(mutation, cancellationToken);
                var result = Judge(mutation, run, time.GetElapsedTime(started).TotalSeconds);
                results.Add(result);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"  {Word(result.Verdict),-9} {mutation.Name,-44} {Detail(result)}, {result.Seconds:0.0} s"));
                await keep(Report());
            }

            if (await UnsoundAsync(project, cancellationToken) is not { } unsound)
                continue;

            await output.WriteLineAsync($"  {Word(MutationVerdict.Error),-9} {project.Key,-44} its mutations are not killed for that: {unsound}");
            for (var i = before; i < results.Count; i++)
                results[i] = results[i].WithUnsoundTests(unsound);
            await keep(Report());
        }

        return Report();
    }

    /// <summary>Runs all tests of a project's mutations with all guards in place; null when they pass, or what is wrong.</summary>
    async Task<string?> UnsoundAsync(IGrouping<string, Mutation> project, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var run = await workshop.TestAsync("sound-" + project.Key, project.Key, [.. project.SelectMany(x => x.Tests).Distinct()], cancellationToken);
        if (run.Problem is not null || run.Failed.Count > 0)
            return $"With all guards in place {project.Key} fails: {run.Problem ?? string.Join(", ", run.Failed)}";

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"  {"sound",-9} {project.Key,-44} {run.Passed} tests pass with all guards in place, {time.GetElapsedTime(started).TotalSeconds:0.0} s"));
        return null;
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
