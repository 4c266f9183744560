using System.CommandLine;

using Seckill.Cli.Commands;

var root = new RootCommand("Seckill's tools: keys and tokens for development.")
{
    KeysCommand.Create(),
    TokenCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
