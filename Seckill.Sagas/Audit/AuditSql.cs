using System.Text;

using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>The audit's statements.</summary>
static class AuditSql
{
    public static readonly string Activities = Read("audit_activities");
    public static readonly string Skus = Read("audit_skus");
    public static readonly string OrdersPage = Read("audit_orders_page");
    public static readonly string StatesBetween = Read("audit_states_between");
    public static readonly string BuyersPageEnd = Read("audit_buyers_page_end");

    static readonly string StatesTemplate = Read("audit_states");
    static readonly string KnownOrdersTemplate = Read("audit_known_orders");
    static readonly string BuyerUnitsTemplate = Read("audit_buyer_units");
    static readonly string BuyerOrdersTemplate = Read("audit_buyer_orders");
    static readonly string AcceptedTemplate = Read("audit_accepted");
    static readonly string BuyersOverLimitTemplate = Read("audit_buyers_over_limit");
    static readonly string RepeatedKeysTemplate = Read("audit_repeated_keys");
    static readonly string OrphanTransactionsTemplate = Read("audit_orphan_transactions");

    public static string States(IEnumerable<Guid> orderIds) => WithOrders(StatesTemplate, orderIds);

    public static string KnownOrders(IEnumerable<Guid> orderIds) => WithOrders(KnownOrdersTemplate, orderIds);

    public static string Accepted(IEnumerable<Guid> orderIds) => WithOrders(AcceptedTemplate, orderIds);

    public static string BuyerUnits(IEnumerable<string> buyerIds) => WithBuyers(BuyerUnitsTemplate, buyerIds);

    public static string BuyerOrders(IEnumerable<string> buyerIds) => WithBuyers(BuyerOrdersTemplate, buyerIds);

    /// <summary>Of these buyers in one activity, or of those between two ids in all activities.</summary>
    public static string BuyersOverLimit(IReadOnlyCollection<string>? buyerIds) => WithBuyersOrRange(BuyersOverLimitTemplate, buyerIds);

    /// <inheritdoc cref="BuyersOverLimit"/>
    public static string RepeatedKeys(IReadOnlyCollection<string>? buyerIds) => WithBuyersOrRange(RepeatedKeysTemplate, buyerIds);

    /// <summary>Of these activities; null means all of them.</summary>
    public static string OrphanTransactions(IReadOnlyCollection<long>? activityIds)
        => OrphanTransactionsTemplate.Replace("@activities", activityIds switch
        {
            null => "TRUE",
            { Count: 0 } => "FALSE",
            _ => $"t.activity_id IN ({string.Join(',', activityIds)})",
        }, StringComparison.Ordinal);

    // A thousand parameters cost more than the query itself, so lists are written as literals; neither form can carry a quote.
    static string WithOrders(string template, IEnumerable<Guid> orderIds)
        => template.Replace("@orderIds", string.Join(',', orderIds.Select(x => $"'{x:D}'")), StringComparison.Ordinal);

    static string WithBuyers(string template, IEnumerable<string> buyerIds)
        => template.Replace("@buyerIds", string.Join(',', buyerIds.Select(x => $"_utf8mb4 x'{Convert.ToHexString(Encoding.UTF8.GetBytes(x))}'")),
            StringComparison.Ordinal);

    static string WithBuyersOrRange(string template, IReadOnlyCollection<string>? buyerIds)
    {
        const string Range = "o.buyer_id > @after AND (@upTo IS NULL OR o.buyer_id <= @upTo)";
        const string Listed = "o.buyer_id IN (@buyerIds) AND o.activity_id = @activityId";
        return template.Replace("@buyers", buyerIds is null ? Range : WithBuyers(Listed, buyerIds), StringComparison.Ordinal);
    }

    static string Read(string name) => EmbeddedScript.Read(typeof(AuditSql).Assembly, $"Audit.Scripts.{name}.sql");
}
