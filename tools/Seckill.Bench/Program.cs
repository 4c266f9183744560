using System.CommandLine;

using Seckill.Bench.Commands;

var root = new RootCommand("Seckill's benchmarks. ./seckill bench runs them; these commands are its parts.")
{
    HostCommands.LocalApi(),
    HostCommands.QueueApi(),
    TableCommand.Create(),
    ResultCommands.Describe(),
    ResultCommands.Report(),
    ResultCommands.Compare(),
};
return await root.Parse(args).InvokeAsync();
