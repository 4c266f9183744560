using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>From a sale that goes wrong to the robots: programs, Prometheus, Alertmanager, and back through a worker and the API.</summary>
[Collection(SystemCollection.Name)]
public sealed class Alerts_Specs(TroubledSale sale) : IClassFixture<TroubledSale>
{
    /// <summary>Rules for the thresholds of the specification.</summary>
    internal static readonly string[] Thresholds =
        ["CommitLatency", "DeadLetterBacklog", "OrdersArchived", "FinalFailureRate", "SuspendedTransactions", "TransactionSuccessRate"];

    [Fact]
    public async Task Should_tell_both_robots_once_that_a_threshold_is_passed_and_once_that_it_is_not_any_more()
    {
        foreach (var rule in Thresholds)
        {
            sale.Robots.Know("Urgent", rule).ShouldBeTrue(rule);
            sale.Robots.Know("Resolved", rule).ShouldBeTrue(rule);
        }

        // Two processes were told everything. A message names the time since when: of a rule that fires again it is another.
        sale.Robots.DingTalk.ShouldBeUnique();
        sale.Robots.WeCom.ShouldBeUnique();
        (await sale.Prometheus.FiringAsync()).Intersect(Thresholds).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_show_something_in_every_panel_of_the_dashboards()
    {
        var queries = DashboardQuery.ReadAll();
        queries.Count.ShouldBeGreaterThan(50);
        var empty = queries;

        await Eventually.HoldsAsync(
            async () =>
            {
                var left = new List<DashboardQuery>();
                foreach (var query in empty)
                {
                    if ((await sale.Prometheus.QueryAsync(query.Expression)).All(double.IsNaN))
                        left.Add(query);
                }

                empty = left;
                return left.Count == 0;
            },
            () => "every query has data; these have none: " + string.Join(Environment.NewLine, empty));
    }
}
