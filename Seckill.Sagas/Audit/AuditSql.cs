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
    public static readonly string BuyersOverLimit = Read("audit_buyers_over_limit");
    public static readonly string RepeatedKeys = Read("audit_repeated_keys");
    public static readonly string OrphanTransactions = Read("audit_orphan_transactions");

    static readonly string StatesTemplate = Read("audit_states");
    static readonly string KnownOrdersTemplate = Read("audit_known_orders");
    static readonly string BuyerUnitsTemplate = Read("audit_buyer_units");
    static readonly string BuyerOrdersTemplate = Read("audit_buyer_orders");
    static readonly string AcceptedTemplate = Read("audit_accepted");

    public static string States(IEnumerable<Guid> orderIds) => WithOrders(StatesTemplate, orderIds);

    public static string KnownOrders(IEnumerable<Guid> orderIds) => WithOrders(KnownOrdersTemplate, orderIds);

    public static string Accepted(IEnumerable<Guid> orderIds) => WithOrders(AcceptedTemplate, orderIds);

    public static string BuyerUnits(IEnumerable<string> buyerIds) => WithBuyers(BuyerUnitsTemplate, buyerIds);

    public static string BuyerOrders(IEnumerable<string> buyerIds) => WithBuyers(BuyerOrdersTemplate, buyerIds);

    // A thousand parameters cost more than the query itself, so lists are written as literals; neither form can carry a quote.
    static string WithOrders(string template, IEnumerable<Guid> orderIds)
        => template.Replace("@orderIds", string.Join(',', orderIds.Select(x => $"'{x:D}'")), StringComparison.Ordinal);

    static string WithBuyers(string template, IEnumerable<string> buyerIds)
        => template.Replace("@buyerIds", string.Join(',', buyerIds.Select(x => $"_utf8mb4 x'{Convert.ToHexString(Encoding.UTF8.GetBytes(x))}'")),
            StringComparison.Ordinal);

    static string Read(string name) => EmbeddedScript.Read(typeof(AuditSql).Assembly, $"Audit.Scripts.{name}.sql");
}
