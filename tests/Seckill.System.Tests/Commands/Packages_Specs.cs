using System.Diagnostics;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

/// <summary>What the script does to the machine around an installation, on files that stand for the machine's.</summary>
public sealed class Packages_Specs : IDisposable
{
    const string NothingToInstall = """
        source <(sed "s#/usr/sbin/policy-rc.d#$1/policy-rc.d#; s#/var/lib/dpkg#$1#" scripts/packages.sh)
        LOCAL_DIR=$1
        as_root() { "$@"; }
        missing_packages() { :; }
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("seckill-packages-").FullName;

    string Policy => Path.Combine(_folder, "policy-rc.d");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_remove_the_policy_that_a_killed_installation_left_when_there_is_nothing_to_install()
    {
        await RunAsync("forbid_service_starts");
        File.Exists(Policy).ShouldBeTrue();

        await RunAsync("install_packages dev");

        File.Exists(Policy).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_leave_the_policy_of_a_run_that_installs_just_now()
    {
        await RunAsync("""forbid_service_starts; exec 9<"$1"; flock 9; install_packages dev""");

        File.Exists(Policy).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_leave_the_policy_of_the_machine()
    {
        await File.WriteAllTextAsync(Policy, "#!/bin/sh\nexit 101\n");

        await RunAsync("install_packages dev");

        File.Exists(Policy).ShouldBeTrue();
    }

    async Task RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-euc", NothingToInstall + Environment.NewLine + command, "packages", _folder])
        {
            WorkingDirectory = Checkout.Root,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, error);
    }
}
