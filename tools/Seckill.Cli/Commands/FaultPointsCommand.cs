using System.CommandLine;

using Seckill.Cli.Faults;

namespace Seckill.Cli.Commands;

/// <summary><c>fault-points</c>: the places where a process can be made to crash, fail or hesitate.</summary>
static class FaultPointsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "For machines." };
        var command = new Command("fault-points", "Lists the fault points: see docs/fault-points.md.") { json };
        command.SetAction(parsed =>
        {
            var list = FaultPointList.Known();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonFile.Text(list));
                return;
            }

            foreach (var point in list.Points)
                Console.WriteLine($"{point.Name,-32} {string.Join(' ', point.Processes),-10} {string.Join(' ', point.Kinds),-22} {point.Where}");
            Console.WriteLine();
            Console.WriteLine($"FaultPoints:<point> = {list.Syntax}");
        });
        return command;
    }
}
