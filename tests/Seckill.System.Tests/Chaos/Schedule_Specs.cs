using System.CommandLine;

using Seckill.Chaos.Commands;
using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Chaos.Running;
using Seckill.Faults;

namespace Seckill.System.Tests.Chaos;

public sealed class Schedule_Specs
{
    [Fact]
    public void Should_be_the_same_for_the_same_seed()
    {
        Text(Schedule.Of(FaultMatrix.All, 7, 2)).ShouldBe(Text(Schedule.Of(FaultMatrix.All, 7, 2)));
        Text(Schedule.Of(FaultMatrix.All, 7, 1)).ShouldNotBe(Text(Schedule.Of(FaultMatrix.All, 8, 1)));
    }

    [Fact]
    public void Should_draw_the_same_for_a_cell_alone_as_among_all()
    {
        var all = Schedule.Of(FaultMatrix.All, 7, 3).Where(x => x.Cell.Name == "mysql/kill").ToList();

        Text(Schedule.Of(FaultMatrix.Matching("mysql/kill"), 7, 3)).ShouldBe(Text(all));
        all.Select(x => x.FaultAt).Distinct().Count().ShouldBe(3, "each round draws anew");
    }

    [Fact]
    public void Should_play_a_round_alone_as_among_all()
        => Text(Schedule.Of(FaultMatrix.Matching("mysql/kill"), 7, 1, first: 3))
            .ShouldBe(Text(Schedule.Of(FaultMatrix.Matching("mysql/kill"), 7, 3).Where(x => x.Round == 3)));

    [Theory]
    [InlineData("mysql/kil,kafka/kill", "'mysql/kil'")]
    [InlineData("kafka/kill, ", "''")]
    [InlineData("kafka/kill, mysql/kill", null)]
    public void Should_refuse_each_pattern_that_fits_no_cell(string patterns, string? refused)
    {
        var command = new Command("test") { ChaosCommandOptions.Only() };

        var errors = command.Parse(["--only", patterns]).Errors;

        if (refused is null)
            errors.ShouldBeEmpty();
        else
            errors.ShouldHaveSingleItem().Message.ShouldContain(refused);
    }

    [Fact]
    public void Should_name_every_cell_once()
        => FaultMatrix.All.Select(x => x.Name).ShouldBeUnique();

    [Fact]
    public void Should_have_every_fault_point_with_every_fault_that_it_can_be_armed_with()
    {
        foreach (var point in KnownPoints.All)
            FaultMatrix.Matching($"points/{point.Name}").Count.ShouldBe(point.Kinds.Count, point.Name);
    }

    [Fact]
    public void Should_have_every_server_with_every_fault_of_a_process_and_of_a_network()
    {
        foreach (var fault in new[] { "restart", "pause", "reset", "latency", "throttled", "black-hole" })
            FaultMatrix.Matching($"lock-masters/{fault}").ShouldHaveSingleItem();
        FaultMatrix.Matching("mysql/kill-in-commit").ShouldHaveSingleItem();
        foreach (var server in ServerNames.All.Except(ServerNames.LockMasters))
        {
            foreach (var fault in new[] { "kill", "restart", "pause", "reset", "latency", "throttled", "black-hole" })
                FaultMatrix.Matching($"{server}/{fault}").ShouldHaveSingleItem();
        }
    }

    [Theory]
    [InlineData("mysql/kill", 1)]
    [InlineData("*/pause", 7)]
    [InlineData("mysql/kill,redis-stock/kill", 2)]
    [InlineData("mysql/kill, redis-stock/kill", 2)]
    [InlineData("mysq", 0)]
    [InlineData("points/after-dec", 0)]
    public void Should_take_cells_by_name_by_folder_and_by_pattern(string patterns, int cells) => FaultMatrix.Matching(patterns).Count.ShouldBe(cells);

    [Fact]
    public void Should_sell_fewer_units_than_there_are_buyers_and_break_something_in_between()
    {
        foreach (var cell in Schedule.Of(FaultMatrix.All, 3, 1))
        {
            cell.Stock.ShouldBeLessThan(cell.Orders);
            cell.FaultAt.ShouldBeInRange(1, cell.Orders - 1);
        }
    }

    static List<ScheduledCell> Text(IEnumerable<PlannedCell> cells) => [.. cells.Select(ScheduledCell.Of)];
}
