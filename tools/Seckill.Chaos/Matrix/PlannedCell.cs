using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Seckill.Chaos.Faults;

namespace Seckill.Chaos.Matrix;

/// <summary>A cell with all that is drawn for it. The same seed, round and name give the same, whichever other cells there are.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Fault">The fault.</param>
/// <param name="Orders">Buyers of the sale.</param>
/// <param name="Stock">Units, fewer than buyers.</param>
/// <param name="FaultAt">How many orders are placed before the fault begins.</param>
sealed record PlannedCell(Cell Cell, int Round, ChaosFault Fault, int Orders, int Stock, int FaultAt)
{
    const int LeastOrders = 400;
    const int MostOrders = 900;
    const double StockOfOrders = 0.8;
    const double EarliestFault = 0.15;
    const double LatestFault = 0.5;

    public static PlannedCell Of(Cell cell, int seed, int round)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}/{round}/{cell.Name}");
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        var orders = random.Next(LeastOrders, MostOrders + 1);
        var faultAt = (int)(orders * (EarliestFault + (random.NextDouble() * (LatestFault - EarliestFault))));
        return new PlannedCell(cell, round, cell.Draw(random), orders, (int)(orders * StockOfOrders), faultAt);
    }
}
