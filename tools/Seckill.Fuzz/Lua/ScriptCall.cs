using System.Globalization;

using Seckill.Admission.Locking;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Fuzz.Inputs;
using Seckill.Ledger;
using Seckill.Sagas.Audit;

namespace Seckill.Fuzz.Lua;

/// <summary>A script with arguments that are right, in the state that <c>fuzz_setup.lua</c> makes.</summary>
/// <param name="Name">The script.</param>
/// <param name="Script">Its text.</param>
/// <param name="IsGrouped">It runs inside <c>grouped.lua</c>, which answers for each call.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Changes">The answers with which it changes something; with any other it must not.</param>
/// <param name="KeepsBooks">After any answer the stock must add up.</param>
sealed record ScriptCall(
    string Name, RedisScript Script, bool IsGrouped, string[] Keys, string[] Arguments, IReadOnlyList<string> Changes, bool KeepsBooks = true)
{
    const string Prefix = "seckill:{7}:";

    static readonly RedisScript Acquire = Lock("lock_acquire");
    static readonly RedisScript Extend = Lock("lock_extend");
    static readonly RedisScript Raise = Lock("lock_raise");
    static readonly RedisScript Release = Lock("lock_release");
    static readonly RedisScript Claim = new("claim", EmbeddedScript.Read(typeof(Operations.Alerts.Alert).Assembly, "claim.lua"));
    static readonly RedisScript TakeSlot = new("take_slot", EmbeddedScript.Read(typeof(Operations.Alerts.Alert).Assembly, "take_slot.lua"));
    static readonly RedisScript AuditStock = new("audit_stock", EmbeddedScript.Read(typeof(AuditService).Assembly, "audit_stock.lua"));

    /// <summary>The orders that are there: admitted, prepared, committed, committed, released.</summary>
    public static IReadOnlyList<string> Orders { get; } =
        [.. Enumerable.Range(1, 5).Select(x => string.Create(CultureInfo.InvariantCulture, $"019a9f5e-6c00-7a3b-8f4e-2d1c0b9a000{x}"))];

    /// <summary>One of all scripts, for one of the orders or for a new one.</summary>
    public static ScriptCall Make(Dice dice)
    {
        var order = dice.Number(0, 5) is < 5 and var known ? Orders[known] : "019a9f5e-6c00-7a3b-8f4e-2d1c0b9a1111";
        var (sku, buyer, quantity) = (dice.Pick(["1", "2"]), dice.Pick(["b1", "b2", "b3", "b9"]), dice.Pick(["1", "2"]));
        var key = dice.Pick(["", "k1", "k2"]);
        string[] keys = [Prefix + "meta", Prefix + "stock", Prefix + "buyers", Prefix + "pending", Prefix + "order:" + order, key.Length == 0 ? Prefix + "order:" + order : $"{Prefix}idem:{buyer}:{key}"];
        string[] rebuilt = [Prefix + "meta", Prefix + "rebuild:stock", Prefix + "rebuild:buyers"];
        string[] reservation = [order, sku, buyer, quantity, "9900", "1790000000000", "900", key];
        return dice.Number(0, 19) switch
        {
            < 4 => Grouped("admit", StockScripts.Admit, keys, [order, sku, buyer, quantity, "9900", key], ["5000", "86400", "50000"], ["admitted"]),
            < 7 => Grouped("prepare", StockScripts.Prepare, keys, reservation, ["86400", "60000"], ["prepared", "reserved_again"]),
            < 10 => Grouped("commit", StockScripts.Commit, keys, reservation, ["86400", "604800", "60000"], ["committed", "taken_again"]),
            < 13 => Grouped("release", StockScripts.Release, keys, reservation, ["172800"], ["released", "empty"]),
            13 => dice.Number(0, 3) switch
            {
                0 => new("rebuild_begin", StockScripts.RebuildBegin, false, rebuilt, ["4", "1", "10", "2", "1"], ["ok"], false),
                1 => new("rebuild_load", StockScripts.RebuildLoad, false, [.. rebuilt, Prefix + "pending", .. keys[4..]],
                    ["3", "5000", "604800", "172800", "86400", order, dice.Pick(["p", "c", "r"]), .. reservation[1..]], ["ok"], false),
                2 => new("rebuild_adopt", StockScripts.RebuildAdopt, false, [.. rebuilt, Prefix + "pending", keys[4]], ["3", "172800", order, dice.Pick(["0", "1"])], ["ok"], false),
                _ => new("rebuild_finish", StockScripts.RebuildFinish, false, [.. rebuilt, Prefix + "stock", Prefix + "buyers"],
                    ["3", "0", "99999999999999", "5", "900", "run", "1", "2"], ["ok"], false),
            },
            14 => new("due", StockScripts.Due, false, [keys[0], keys[3]], ["100"], []),
            15 when dice.Number(0, 1) == 0 => new("settle", StockScripts.Settle, false, [keys[0], keys[3], keys[4]], [order, dice.Pick(["", "2", "3"])], ["1"]),
            15 => new("mark_published", StockScripts.MarkPublished, false, [keys[3]], ["60000", order, Orders[1]], ["1", "2"]),
            16 => dice.Number(0, 3) switch
            {
                0 => Grouped("lock_acquire", Acquire, ["lock:x", "fence:x"], [dice.Pick(["owner", "other"])], ["10000", "3600000"], ["*"], shared: 0),
                1 => Grouped("lock_extend", Extend, ["lock:x", "fence:x"], [dice.Pick(["owner", "other"])], ["10000", "3600000"], ["1"], shared: 0),
                2 => Grouped("lock_raise", Raise, ["lock:x", "fence:x"], [dice.Pick(["owner", "other"]), "1005"], ["10000", "3600000"], ["1"], shared: 0),
                _ => Grouped("lock_release", Release, ["lock:x"], [dice.Pick(["owner", "other"])], [], ["1"], shared: 0),
            },
            17 => new("claim", Claim, false, ["claim:x", "repeats:x"], [dice.Pick(["firing", "resolved"]), dice.Pick(["a", "b"]), "60000", "0"], ["0", "1"]),
            18 => new("take_slot", TakeSlot, false, ["slots:x"], ["5", "60000", "m3"], ["*"]),
            _ => new("audit_stock", AuditStock, false, [Prefix + "meta", Prefix + "stock", Prefix + "pending"], [Prefix + "order:", "100"], []),
        };
    }

    /// <summary>The same with arguments that are wrong: other values, too few, too many.</summary>
    public ScriptCall Spoilt(Dice dice)
    {
        var (keys, arguments) = (Keys.ToList(), Arguments.ToList());
        for (var times = dice.Number(1, 3); times > 0; times--)
        {
            switch (dice.Number(0, 19))
            {
                case 0 when arguments.Count > 0:
                    arguments.RemoveAt(dice.Number(0, arguments.Count - 1));
                    break;
                case 1:
                    arguments.Insert(dice.Number(0, arguments.Count), Value(dice));
                    break;
                case 2 when keys.Count > 0:
                    keys.RemoveAt(keys.Count - 1);
                    break;
                case 3:
                    keys.Add(Prefix + "extra");
                    break;
                default:
                    if (arguments.Count > 0)
                        arguments[dice.Number(IsGrouped && dice.Percent(90) ? Math.Min(5, arguments.Count - 1) : 0, arguments.Count - 1)] = Value(dice);
                    break;
            }
        }

        return this with { Keys = [.. keys], Arguments = [.. arguments] };
    }

    static string Value(Dice dice) => dice.Number(0, 9) switch
    {
        < 5 => Strange.Number(dice),
        < 7 => dice.Pick(Strange.NearNumbers),
        7 => dice.OneIn(200) ? new string('9', 100_000) : "",
        _ => Strange.Text(dice),
    };

    static ScriptCall Grouped(
        string name, RedisScript script, string[] keys, string[] own, string[] settings, IReadOnlyList<string> changes, int shared = 4)
        => new(name, script, true, keys,
            [
                "word", shared.ToString(CultureInfo.InvariantCulture), (keys.Length - shared).ToString(CultureInfo.InvariantCulture),
                settings.Length.ToString(CultureInfo.InvariantCulture), own.Length.ToString(CultureInfo.InvariantCulture), .. settings, .. own,
            ], changes);

    static RedisScript Lock(string name) => GroupedScript.Wrap(name, Read(name), RedLock.Prelude);

    static string Read(string name) => EmbeddedScript.Read(typeof(RedisScript).Assembly, name + ".lua");

    /// <inheritdoc/>
    public override string ToString() => $"{Name} KEYS [{string.Join(" | ", Keys)}] ARGV [{string.Join(" | ", Arguments)}]";
}
