using System.Globalization;
using System.Net;

namespace Seckill.Chaos.Running;

/// <summary>What the script notes of the processes that it runs.</summary>
sealed class RunFolder(DirectoryInfo folder, DirectoryInfo data)
{
    /// <summary>Where a process listens.</summary>
    public IPEndPoint AddressOf(string name) => new(IPAddress.Loopback, PortOf(name));

    public int PortOf(string name) => int.Parse(File.ReadAllText(Path.Combine(folder.FullName, "ports", name)), CultureInfo.InvariantCulture);

    /// <summary>What a server of ours wants to hear from whoever connects.</summary>
    public string PasswordOf(string server) => File.ReadAllText(Path.Combine(data.FullName, server + ".password"));

    /// <summary>The id of a process that lives; null when it does not.</summary>
    public int? ProcessIdOf(string name) => Look(name)?.Id;

    /// <summary>Whether a process is stopped, as SIGSTOP does.</summary>
    public bool StandsStill(string name) => Look(name)?.State == "T";

    (int Id, string State)? Look(string name)
    {
        var file = Path.Combine(folder.FullName, "pids", name);
        if (!File.Exists(file))
            return null;

        var words = File.ReadAllText(file).Split(' ');
        var processId = int.Parse(words[0], CultureInfo.InvariantCulture);
        var stat = $"/proc/{words[0]}/stat";
        try
        {
            // Behind the name in brackets: state, …; the start time is the 20th.
            var line = File.ReadAllText(stat);
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] != "Z" && fields[19] == words[1] ? (processId, fields[0]) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
