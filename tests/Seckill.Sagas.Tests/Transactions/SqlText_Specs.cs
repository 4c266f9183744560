using Seckill.Ledger.Connections;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Tests.Transactions;

public sealed class SqlText_Specs
{
    /// <summary>From here on the runtime takes an object for large (<c>System.GC.LOHThreshold</c>).</summary>
    const int LargeObjectBytes = 85_000;

    [Fact]
    public void Should_cut_a_batch_into_pieces_that_are_no_large_objects()
    {
        var sql = new SqlText();
        for (var statement = 0; statement < 40; statement++)
        {
            sql.Begin("INSERT INTO t VALUES ");
            for (var row = 0; row < SqlText.RowsOfStatement; row++)
                sql.Raw(row == 0 ? "(" : ",(").Value(Guid.NewGuid()).Comma().Value(DateTimeOffset.UnixEpoch).Comma().Value(new string('x', 200)).Raw(")");
            sql.End();
        }

        var pieces = sql.ToPieces();

        pieces.Count.ShouldBeGreaterThan(10);
        pieces.ShouldAllBe(x => x.Length * sizeof(char) < LargeObjectBytes);
        pieces.ShouldAllBe(x => x.StartsWith(WholeStatement.Begin) && x.EndsWith(WholeStatement.End + ";"));
        string.Concat(pieces).Split("INSERT").Length.ShouldBe(41, "no statement was lost or cut");
    }

    [Fact]
    public void Should_have_nothing_to_run_where_nothing_was_written() => new SqlText().ToPieces().ShouldBeEmpty();

    [Theory]
    [InlineData("*/; DROP TABLE orders; /*!")]
    [InlineData("买家*/")]
    public void Should_write_no_value_that_ends_its_statement(string value)
    {
        var piece = new SqlText().Begin("SELECT ").Value(value).End().ToPieces().ShouldHaveSingleItem();

        piece.Split(WholeStatement.End).ShouldBe([piece[..^(WholeStatement.End.Length + 1)], ";"]);
    }

    [Fact]
    public void Should_leave_a_statement_as_it_is_that_has_the_end_of_a_comment_inside()
    {
        WholeStatement.Of("SELECT 1").ShouldBe("/*!SELECT 1*/");
        WholeStatement.Of("SELECT '*/'").ShouldBe("SELECT '*/'");
    }
}
