using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Ledger.Schema;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Tests.Clock;

namespace Seckill.Sagas.Tests.Ledger;

[Collection(ClockCollection.Name)]
public sealed class Migration_Specs(ClockDatabase databases)
{
    [Fact]
    public async Task Should_carry_on_where_a_migration_was_cut_off()
    {
        var options = await databases.NewDatabaseAsync();
        await using var services = ClockDatabase.Services(options).AddClockSchema().BuildServiceProvider();
        var migrator = services.GetRequiredService<SchemaMigrator>();
        (await migrator.MigrateAsync()).ShouldBeEmpty();

        // Each script got as far as it could, and its process died before that was noted.
        using var database = new MySqlDatabase(Options.Create(options));
        await using (var connection = await database.OpenAsync())
            await connection.ExecuteAsync("DELETE FROM schema_migrations; DROP TABLE settings; DROP TABLE transaction_log");

        (await migrator.MigrateAsync()).ShouldContain("0003_paid_amount");
        await using var again = await database.OpenAsync();
        (await again.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM settings")).ShouldBe(0);
        (await again.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM transaction_log")).ShouldBe(0);
        await ClockDatabase.DropAsync(options);
    }
}
