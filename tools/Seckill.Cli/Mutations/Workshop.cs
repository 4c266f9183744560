using System.Diagnostics;

namespace Seckill.Cli.Mutations;

/// <summary>
/// A copy of the checkout in which guards are removed, and what is built of it. A guard is inside a method, so only its own assembly is built anew and put
/// among the tests; afterwards source and assembly are what they were.
/// </summary>
/// <param name="root">The copy. Everything in it may be changed.</param>
/// <param name="logs">Where the output of builds and tests goes.</param>
sealed class Workshop(string root, string logs)
{
    const string Output = "bin/Release/net10.0";

    static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(20);
    static readonly TimeSpan RunPatience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(30);

    // What analysers say of code without its guard is beside the point.
    static readonly string[] BuildArguments =
        ["-c", "Release", "--nologo", "-v", "quiet", "-m:1", "-nodeReuse:false", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false"];

    /// <summary>Builds a test project with all that it needs; null, or what went wrong.</summary>
    public Task<string?> BuildTestsAsync(string project, CancellationToken cancellationToken)
        => BuildAsync("build-" + project, $"tests/{project}/{project}.csproj", [], cancellationToken);

    /// <summary>Runs tests of a project as it is built now.</summary>
    public async Task<TestRun> TestAsync(string name, string project, IReadOnlyCollection<string> tests, CancellationToken cancellationToken)
    {
        var patience = RunPatience + tests.Count * TestPatience;
        var results = Path.GetFullPath(Path.Combine(logs, name + ".trx"));
        File.Delete(results);
        var filter = string.Join('|', tests.Select(x => "FullyQualifiedName~." + x));
        var exitCode = await RunAsync(
            name,
            ["test", Path.Combine(root, "tests", project, Output, project + ".dll"), "--nologo", "--filter", filter, "--logger", "trx;LogFileName=" + results],
            patience, cancellationToken);
        return exitCode is { } code ? TestRun.Read(results, code) : new TestRun(0, [], $"the tests did not end within {patience.TotalMinutes} minutes");
    }

    /// <summary>Removes a guard, runs its tests, and puts it back.</summary>
    public async Task<TestRun> TestWithoutAsync(Mutation mutation, CancellationToken cancellationToken)
    {
        var source = Path.Combine(root, mutation.File);
        var original = await File.ReadAllTextAsync(source, cancellationToken);
        var project = ProjectOf(mutation.File);
        var assembly = Path.GetFileNameWithoutExtension(project) + ".dll";
        var among = Path.Combine(root, "tests", mutation.Project, Output, assembly);
        var pristine = await File.ReadAllBytesAsync(among, cancellationToken);
        try
        {
            await File.WriteAllTextAsync(source, mutation.ApplyTo(original), cancellationToken);
            if (await BuildAsync("build-" + mutation.Name, project, ["--no-restore", "--no-dependencies"], cancellationToken) is { } problem)
                return new TestRun(0, [], problem);

            var built = Path.Combine(root, Path.GetDirectoryName(project)!, Output, assembly);
            var mutated = await File.ReadAllBytesAsync(built, cancellationToken);
            if (mutated.AsSpan().SequenceEqual(pristine))
                return new TestRun(0, [], $"{assembly} is the same without the guard");

            await File.WriteAllBytesAsync(among, mutated, cancellationToken);
            return await TestAsync(mutation.Name, mutation.Project, mutation.Tests, cancellationToken);
        }
        finally
        {
            await File.WriteAllTextAsync(source, original, CancellationToken.None);
            await File.WriteAllBytesAsync(among, pristine, CancellationToken.None);
        }
    }

    async Task<string?> BuildAsync(string name, string project, string[] arguments, CancellationToken cancellationToken)
        => await RunAsync(name, ["build", Path.Combine(root, project), .. BuildArguments, .. arguments], BuildPatience, cancellationToken) is 0
            ? null
            : $"{project} can't be built: see {LogOf(name)}";

    /// <summary>The project that a source file belongs to: that of the nearest folder which has one.</summary>
    string ProjectOf(string file)
    {
        for (var folder = Path.GetDirectoryName(file); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            if (Directory.GetFiles(Path.Combine(root, folder), "*.csproj") is [var project])
                return Path.Combine(folder, Path.GetFileName(project));
        }

        throw new InvalidOperationException($"{file} belongs to no project");
    }

    string LogOf(string name) => Path.Combine(logs, name + ".log");

    /// <summary>The exit code; null when it had to be ended.</summary>
    async Task<int?> RunAsync(string name, IEnumerable<string> arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        await using var log = TextWriter.Synchronized(new StreamWriter(LogOf(name)));
        process.OutputDataReceived += (_, e) => log.WriteLine(e.Data);
        process.ErrorDataReceived += (_, e) => log.WriteLine(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
