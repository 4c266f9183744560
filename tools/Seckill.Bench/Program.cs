using System.CommandLine;

using Seckill.Bench.Commands;

var root = new RootCommand("Seckill's benchmarks. ./seckill bench runs them; these commands are its parts.")
{
    HostCommands.LocalApi(),
    HostCommands.QueueApi(),
    HostCommands.Collector(),
    RoundCommands.Table(),
    RoundCommands.Telemetry(),
    LoadCommands.Flood(),
    LoadCommands.DrainFill(),
    LoadCommands.Drain(),
    LoadCommands.Steady(),
    LoadCommands.Overload(),
    LoadCommands.Concurrent(),
    LoadCommands.Scale(),
    LoadCommands.History(),
    ResultCommands.Describe(),
    ResultCommands.Report(),
    ResultCommands.Compare(),
};
return await root.Parse(args).InvokeAsync();
