namespace Seckill.Hosting.Telemetry.Reading;

/// <summary>Quantiles of histograms, as Prometheus' <c>histogram_quantile</c> estimates them.</summary>
public static class HistogramQuantile
{
    /// <summary>The value below which a part of the observations lies; null when there are none.</summary>
    /// <param name="quantile">The part, 0 to 1.</param>
    /// <param name="buckets">Observations up to each bound, the last of which is infinite; several histograms are added up.</param>
    public static double? Of(double quantile, params IEnumerable<IReadOnlyDictionary<double, double>> buckets)
    {
        var sums = buckets.SelectMany(x => x).GroupBy(x => x.Key, x => x.Value).Select(x => (Bound: x.Key, Count: x.Sum())).OrderBy(x => x.Bound).ToList();
        if (sums is [] || sums[^1].Count <= 0)
            return null;

        var rank = quantile * sums[^1].Count;
        var (lower, below) = (0.0, 0.0);
        foreach (var (bound, count) in sums)
        {
            // Nothing is known of what is beyond the last bound but that it is.
            if (double.IsInfinity(bound))
                return lower;
            if (count >= rank)
                return count <= below ? bound : lower + ((bound - lower) * (rank - below) / (count - below));

            (lower, below) = (bound, count);
        }

        return lower;
    }
}
