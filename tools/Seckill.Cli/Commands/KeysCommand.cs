using System.CommandLine;

using Seckill.Hosting.Identity;

namespace Seckill.Cli.Commands;

/// <summary><c>keys</c>: a key pair to sign development tokens with.</summary>
static class KeysCommand
{
    public static Command Create()
    {
        var directory = new Option<string>("--out") { Description = "Directory for the two files.", Required = true };
        var command = new Command("keys", "Makes a key pair for development tokens, unless the directory has one.") { directory };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(directory);
            Console.WriteLine(SigningKeys.CreateDevelopmentPair(path) ? $"Development key pair made in {path}" : $"{path} has a key pair already");
        });
        return command;
    }
}
