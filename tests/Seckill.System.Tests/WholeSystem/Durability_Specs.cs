using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>What the private servers promise with a confirmation, on which everything else is built: speed must not be bought with it.</summary>
public sealed class Durability_Specs
{
    [Theory]
    [InlineData("innodb_flush_log_at_trx_commit", "1")]
    [InlineData("log_bin", "ON")]
    [InlineData("sync_binlog", "1")]
    [InlineData("innodb_doublewrite", "ON")]
    public async Task Should_have_a_commit_on_disk_before_it_is_answered(string name, string value)
    {
        await using var server = await MySqlServer.StartAsync();
        await using var connection = await new MySqlDatabase(Options.Create(server.NewDatabase())).OpenServerAsync();

        var (_, actual) = await connection.QuerySingleAsync<(string, string)>("SHOW GLOBAL VARIABLES WHERE Variable_name = @name", new { name });

        actual.ShouldBe(value);
    }
}
