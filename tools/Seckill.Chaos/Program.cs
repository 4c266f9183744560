using System.CommandLine;

using Seckill.Chaos.Commands;

var root = new RootCommand("Seckill under faults. ./seckill chaos runs it; these commands are its parts.")
{
    ListCommand.Create(),
    RunCommand.Create(),
    SoakCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
