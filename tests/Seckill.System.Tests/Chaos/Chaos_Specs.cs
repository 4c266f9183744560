using System.Diagnostics;
using System.Text.Json;

using Seckill.System.Tests.WholeSystem;

namespace Seckill.System.Tests.Chaos;

/// <summary>The command, as people call it, with a few cells: processes, a server's data, a network, and a fault point.</summary>
[Collection(SystemCollection.Name)]
public sealed class Chaos_Specs
{
    const string Cells = "worker/kill-one,redis-stock/lost-tail,mysql/kill,points/after-redis-commit/lost-reply";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Should_find_nothing_where_a_few_things_break()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-chaos-").FullName, "chaos.json");
        var start = Script.Of("chaos", "--seed", "11", "--only", Cells, "--json", file);
        // The servers whose data is to be lost and that are to be killed must be its own.
        start.Environment.Remove("MYSQL_HOST");
        start.Environment.Remove("REDIS_STOCK");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                await Script.EndAsync(process);
        }

        process.ExitCode.ShouldBe(0, await output + await error);
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        result.RootElement.GetProperty("findings").GetInt32().ShouldBe(0);
        var cells = result.RootElement.GetProperty("cells").EnumerateArray().ToList();
        cells.Select(x => x.GetProperty("name").GetString()).Order().ShouldBe(Cells.Split(',').Order());
        cells.ShouldAllBe(x => x.GetProperty("audit").GetString() == "ok" && x.GetProperty("wasMet").GetBoolean() && x.GetProperty("accepted").GetInt32() >= x.GetProperty("stock").GetInt32());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
