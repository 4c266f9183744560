using System.CommandLine;

using Microsoft.Extensions.Configuration;

using Seckill.Cli.Top;
using Seckill.Hosting.Telemetry;

using Spectre.Console;

namespace Seckill.Cli.Commands;

/// <summary><c>top</c>: what the running programs do, from their own metrics.</summary>
static class TopCommand
{
    public static Command Create()
    {
        var programs = Programs();
        var alertmanager = DemoCommand.Address("--alertmanager", "Address of Alertmanager, where there is one.", isRequired: false);
        var seconds = DemoCommand.Number("--seconds", "Seconds between two looks.", 1, 1, 30);
        var once = new Option<bool>("--once") { Description = "Prints one view as text; also what happens when the output is no terminal." };
        var command = new Command("top", "Shows what the running programs do.") { programs, alertmanager, seconds, once };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var token = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(TelemetryOptions.Section).Get<TelemetryOptions>()?.MetricsToken ?? "";
            var watched = parsed.GetRequiredValue(programs).Select(x => new WatchedProgram(x.Name, x.Address, token)).ToList();
            using var screen = new TopScreen(watched, parsed.GetValue(alertmanager), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeProvider.System);
            if (parsed.GetValue(once) || Console.IsOutputRedirected)
                await screen.WriteOnceAsync(Console.Out, cancellationToken);
            else
                await ShowAsync(screen, cancellationToken);
            return 0;
        });
        return command;
    }

    static Option<IReadOnlyList<(string Name, Uri Address)>> Programs() => new("--program")
    {
        Description = "A program to ask, as NAME=ADDRESS: worker-1=http://127.0.0.1:5001. May be given several times.",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var programs = new List<(string, Uri)>();
            foreach (var text in result.Tokens.Select(x => x.Value))
            {
                if (text.Split('=', 2) is [{ Length: > 0 } name, var rest] && Uri.TryCreate(rest, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)
                    programs.Add((name, address));
                else
                    result.AddError($"--program must be like worker-1=http://127.0.0.1:5001, not '{text}'");
            }

            return programs;
        },
    };

    static async Task ShowAsync(TopScreen screen, CancellationToken cancellationToken)
    {
        try
        {
            await screen.ShowAsync(AnsiConsole.Console, IsToEnd, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C ends it as q does.
        }
    }

    static bool IsToEnd()
    {
        // Without a keyboard a signal ends it.
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            if (Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
                return true;
        }

        return false;
    }
}
