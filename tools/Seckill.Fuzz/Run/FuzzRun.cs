using System.Globalization;
using System.Net;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Cli;
using Seckill.Cli.Demo;
using Seckill.Hosting.Identity;
using Seckill.Ledger.Catalog;

namespace Seckill.Fuzz.Run;

/// <summary>What the parts work with: the system, whose state is watched, and where findings go.</summary>
sealed class FuzzRun(FuzzOptions options, IServiceProvider services, Findings findings, TextWriter writer)
{
    readonly Lazy<TokenIssuer> _tokens = new(() => ToolServices.Tokens(services));

    public FuzzOptions Options => options;

    public int Seed => options.Seed;

    public IServiceProvider Services => services;

    public IConfiguration Configuration => services.GetRequiredService<IConfiguration>();

    public Findings Findings => findings;

    public EndPoint Api { get; private set; } = null!;

    /// <summary>What refused inputs are aimed at: an activity whose state must stay as it is, with its orders.</summary>
    public Sale Watched { get; private set; } = null!;

    /// <summary>What inputs are aimed at that may be right by chance.</summary>
    public Sale Open { get; private set; } = null!;

    public string Token(string subject, string role) => _tokens.Value.Issue(subject, role, TimeSpan.FromHours(12));

    public void Say(FormattableString text)
    {
        lock (writer)
            writer.WriteLine("  " + text.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Makes the two sales, and orders in each state in them.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        Api = await SaleApi.ResolveAsync(options.Api, cancellationToken);
        var first = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000;
        Watched = new Sale(this, first + 1);
        Open = new Sale(this, first + 2);
        foreach (var sale in new[] { Watched, Open })
            await sale.BeginAsync(services.GetRequiredService<ActivityCatalog>(), cancellationToken);
    }

    /// <summary>Notes what has gone wrong with the processes, if anything: whether they live, and what they have in memory.</summary>
    public void CheckProcesses(string part)
    {
        foreach (var process in options.Processes)
        {
            if (Machine.PeakMemoryMb(process.Id) is not { } peak)
                findings.Add($"{process.Name} ended", part, -1, $"{process.Name} (process {process.Id}) has ended", null);
            else if (peak > options.MostMemoryMb && process.Name is "api" or ['w', 'o', 'r', 'k', 'e', 'r', ..])
                findings.Add($"{process.Name} memory", part, -1, $"{process.Name} had {peak} MB in memory, and {options.MostMemoryMb} is the most it may have", null);
        }
    }

    /// <summary>The most that each process has had in memory, in MB.</summary>
    public IReadOnlyDictionary<string, long> PeakMemory()
        => options.Processes.Where(x => Machine.PeakMemoryMb(x.Id) is not null).ToDictionary(x => x.Name, x => Machine.PeakMemoryMb(x.Id)!.Value);
}
