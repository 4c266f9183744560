using System.CommandLine;

using Seckill.Fuzz.Run;

var root = new RootCommand("Seckill's fuzzer. ./seckill fuzz starts what it needs and runs it.")
{
    FuzzCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
