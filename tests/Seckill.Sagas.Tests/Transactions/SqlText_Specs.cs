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
        pieces.ShouldAllBe(x => x.StartsWith("INSERT") && x.EndsWith(");"));
        string.Concat(pieces).Split("INSERT").Length.ShouldBe(41, "no statement was lost or cut");
    }

    [Fact]
    public void Should_have_nothing_to_run_where_nothing_was_written() => new SqlText().ToPieces().ShouldBeEmpty();

    [Theory]
    [InlineData("'; DROP TABLE orders; --")]
    [InlineData("\\'")]
    [InlineData("买家")]
    public void Should_write_no_value_that_ends_its_text(string value)
        => new SqlText().Begin("SELECT ").Value(value).End().ToPieces().ShouldBe([$"SELECT _utf8mb4 0x{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(value))};"]);
}
