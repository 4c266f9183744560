namespace Seckill.Ledger;

/// <summary>Reads DATETIME columns, which hold UTC without saying so.</summary>
static class UtcColumn
{
    public static DateTimeOffset AsUtc(this DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));

    public static DateTimeOffset? AsUtc(this DateTime? value) => value?.AsUtc();
}
