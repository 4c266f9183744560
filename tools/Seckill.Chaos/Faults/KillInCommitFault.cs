using System.Diagnostics;
using System.Globalization;

using Seckill.Chaos.Detours;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Faults;

/// <summary>MySQL is killed after a COMMIT was passed on to it and before its answer is passed back: nobody but its files knows what became of it.</summary>
sealed class KillInCommitFault(TimeSpan after, TimeSpan away) : ChaosFault
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Command 3 of the protocol is a text; the group commit's ends so.</summary>
    static readonly byte[] Commit = [3, .. "COMMIT"u8];

    bool _wasMet;

    public override string Text => string.Create(
        CultureInfo.InvariantCulture, $"kill -9 of {ServerNames.MySql} {after.TotalMilliseconds:0} ms after a COMMIT to it, which is not answered, started again after {away.TotalSeconds:0.0} s");

    public override TimeSpan Lasts => away;

    public override bool WasMet(ChaosWorld world) => _wasMet;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        var detour = world.Detours.To(ServerNames.MySql)[0];
        using var server = Process.GetProcessById(world.Folder.ProcessIdOf(ServerNames.MySql) ?? throw new StageException("mysql does not run"));
        // An order to the script would take longer than a COMMIT.
        var ambush = new Ambush(Commit, async () =>
        {
            await Task.Delay(after, cancellationToken);
            server.Kill();
            await server.WaitForExitAsync(cancellationToken);
        });
        detour.Ambush = ambush;
        try
        {
            await ambush.Done.WaitAsync(Patience, cancellationToken);
            _wasMet = true;
        }
        catch (TimeoutException)
        {
            // No COMMIT has come by; that is said.
        }
        finally
        {
            detour.Ambush = null;
        }

        await world.Stage.KillAsync(ServerNames.MySql);
    }

    public override Task EndAsync(ChaosWorld world, CancellationToken cancellationToken) => world.Stage.StartServersAsync(ServerNames.MySql);
}
