using System.CommandLine;
using System.Globalization;

using Seckill.Hosting.Identity;

namespace Seckill.Cli.Commands;

/// <summary><c>token</c>: a development token, and nothing else, on standard output.</summary>
static class TokenCommand
{
    const int MaximumMinutes = 60 * 24 * 30;

    public static Command Create()
    {
        var subject = new Option<string>("--sub") { Description = $"The buyer or operator: {SubjectName.Rule}.", Required = true };
        subject.Validators.Add(result =>
        {
            if (!SubjectName.IsValid(result.GetValueOrDefault<string>()))
                result.AddError($"--sub must be {SubjectName.Rule}");
        });
        var role = new Option<string>("--role") { Description = "The role.", DefaultValueFactory = _ => Roles.Buyer };
        role.AcceptOnlyFromAmong([.. Roles.All]);
        var minutes = new Option<int>("--minutes")
        {
            Description = "How long the token is valid.",
            DefaultValueFactory = _ => 60,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaximumMinutes)
                    return number;

                result.AddError($"--minutes must be from 1 to {MaximumMinutes}, not '{text}'");
                return 0;
            },
        };
        var keys = new Option<string?>("--keys") { Description = "Directory of the keys; default: Auth:KeysPath." };

        var command = new Command("token", "Prints a development token.") { subject, role, minutes, keys };
        command.SetAction(parsed =>
        {
            var options = ToolServices.Auth();
            options.KeysPath = parsed.GetValue(keys) ?? options.KeysPath;
            try
            {
                var issuer = new TokenIssuer(options, TimeProvider.System);
                Console.WriteLine(issuer.Issue(
                    parsed.GetRequiredValue(subject), parsed.GetRequiredValue(role), TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes))));
                return 0;
            }
            catch (InvalidOperationException exception)
            {
                Console.Error.WriteLine(exception.Message);
                return 1;
            }
        });
        return command;
    }
}
