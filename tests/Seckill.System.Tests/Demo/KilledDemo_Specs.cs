using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Demo;

/// <summary>The command, as people call it, while somebody kills what it started.</summary>
[Collection(SystemCollection.Name)]
public sealed class KilledDemo_Specs
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Should_balance_when_the_API_and_a_worker_are_killed_during_the_sale()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-demo-").FullName, "demo.json");
        using var process = Process.Start(Script.Of("demo", "--buyers", "4000", "--stock", "600", "--activities", "1", "--warm-up", "500", "--json", file))!;
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        var output = new StringWriter();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                await output.WriteLineAsync(line);
                // What is told next is that the sale is over.
                if (!line.StartsWith("  stock is live", StringComparison.Ordinal))
                    continue;

                Kill(process.Id, "api");
                Kill(process.Id, "worker-1");
            }

            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                await Script.EndAsync(process);
        }

        process.ExitCode.ShouldBe(0, output + await error);
        output.ToString().ShouldContain("The books balance.");
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        result.RootElement.GetProperty("restarts").EnumerateArray().Select(x => x.GetString()).Order().ShouldBe(["api", "worker-1"]);
        result.RootElement.GetProperty("retries").GetInt32().ShouldBePositive();
        result.RootElement.GetProperty("committed").GetInt32().ShouldBe(600);
        result.RootElement.GetProperty("audit").GetProperty("ok").GetBoolean().ShouldBeTrue();
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    /// <summary>Ends a program of the profile that the script made, by the id that it wrote down.</summary>
    static void Kill(int script, string program)
    {
        var run = Directory.GetDirectories(Path.Combine(Checkout.Root, ".local", "run"), string.Create(CultureInfo.InvariantCulture, $"demo-{script}-*")).ShouldHaveSingleItem();
        using var victim = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(run, "pids", program)).Split(' ')[0], CultureInfo.InvariantCulture));
        victim.Kill();
    }
}
