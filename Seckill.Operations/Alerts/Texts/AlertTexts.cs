namespace Seckill.Operations.Alerts.Texts;

/// <summary>All texts of alerts in both languages. Every kind must be in each: a test enumerates them.</summary>
static class AlertTexts
{
    static readonly Dictionary<string, AlertText> Chinese = new(StringComparer.Ordinal)
    {
        [AlertKinds.DependencyDown] = new(
            "依赖服务不可用",
            "一个依赖服务对所有进程都没有响应。已受理的订单不会丢失,会在 Kafka 中等待。",
            "确认该服务的进程、网络和磁盘;恢复后积压的订单会自动继续处理。",
            "依赖服务已恢复,积压的订单正在继续处理。"),
        [AlertKinds.OrderDeadLettered] = new(
            "订单进入死信队列",
            "订单的补偿已用完全部重试次数,已转入死信主题 compensation_dlq。",
            "查看该订单的事务日志,找出失败的步骤;死信消费者会再次尝试。",
            "该订单已处理完毕。"),
        [AlertKinds.DeadLetterFailed] = new(
            "死信处理失败",
            "死信消费者处理该订单时再次失败。",
            "查看失败原因并修复相关依赖;超过上限后订单会被归档。",
            "该订单的死信处理已成功。"),
        [AlertKinds.OrderArchived] = new(
            "订单已归档,需要人工处理",
            "系统已放弃自动处理该订单,并写入归档表 failed_order_archives。",
            "由值班人员核对库存、订单和支付,然后在后台重新处理或标记为已处理。",
            "该归档订单已处理。"),
        [AlertKinds.ArchiveDown] = new(
            "归档存储不可用",
            "归档存储没有响应,死信正在等待,不会丢失。",
            "确认归档数据库或对象存储可用;恢复后会自动继续。",
            "归档存储已恢复,等待的死信正在继续归档。"),
        [AlertKinds.WeeklyReport] = new(
            "补偿周报",
            "过去一周的补偿成功率、失败和归档情况如下。",
            "成功率低于预期时,请按周报中的失败原因逐项排查。",
            "周报已更正。"),
        [AlertKinds.Alertmanager] = new(
            "监控规则告警",
            "一条 Prometheus 告警规则已触发。",
            "按规则名称在运行手册中查找处理办法,并查看仪表盘。",
            "该告警规则已恢复正常。"),
        [AlertKinds.AlertsDropped] = new(
            "告警被丢弃",
            "等待发送的告警超过了上限,最旧的告警(先普通、后紧急)已被丢弃,不会再发送。",
            "检查告警通道是否可用,并在日志中查看这段时间的告警。",
            "告警通道已恢复。"),
    };

    static readonly Dictionary<string, AlertText> English = new(StringComparer.Ordinal)
    {
        [AlertKinds.DependencyDown] = new(
            "A dependency is down",
            "A dependency answers nobody. Orders that were accepted are not lost: they wait in Kafka.",
            "Check the server's process, network and disk; waiting orders go on by themselves once it is back.",
            "The dependency is back, and the orders that waited go on."),
        [AlertKinds.OrderDeadLettered] = new(
            "An order is in the dead-letter topic",
            "Compensation of the order used up its attempts; the order is in topic compensation_dlq.",
            "Look for the step that failed in the order's transaction log; the dead-letter consumer will try again.",
            "The order has come to its end."),
        [AlertKinds.DeadLetterFailed] = new(
            "A dead letter failed again",
            "The dead-letter consumer failed at the order once more.",
            "Find the cause and repair what it depends on; above the limit the order is archived.",
            "The dead letter was handled."),
        [AlertKinds.OrderArchived] = new(
            "An order was archived and needs a person",
            "The system has given up on the order and put it into table failed_order_archives.",
            "Compare its stock, order and payment, then reprocess it or mark it as handled in the back office.",
            "The archived order was handled."),
        [AlertKinds.ArchiveDown] = new(
            "The archive is down",
            "The archive does not answer. Dead letters wait and are not lost.",
            "Check the archive's database or object store; work goes on by itself once it is back.",
            "The archive is back, and dead letters that waited are archived."),
        [AlertKinds.WeeklyReport] = new(
            "Weekly report of compensation",
            "Success rate, failures and archived orders of the past week.",
            "Where the rate is below what is expected, go through the causes that the report names.",
            "The weekly report was corrected."),
        [AlertKinds.Alertmanager] = new(
            "A monitoring rule fired",
            "An alerting rule of Prometheus fired.",
            "Look up the rule's name in the runbook, and look at the dashboards.",
            "The rule does not fire any more."),
        [AlertKinds.AlertsDropped] = new(
            "Alerts were dropped",
            "More alerts waited than the limit allows. The oldest (warnings first, then urgent ones) were dropped and will not be told.",
            "Check the alert channels, and look into the logs for the alerts of that time.",
            "The alert channels are back."),
    };

    /// <summary>The texts of a kind. One that nobody wrote texts for is told all the same, by its name.</summary>
    public static AlertText Of(string kind, bool chinese)
        => (chinese ? Chinese : English).TryGetValue(kind, out var text)
            ? text
            : chinese
                ? new AlertText(kind, "系统报告了一个事件。", "在运行手册和日志中查找。", "事件已结束。")
                : new AlertText(kind, "The system reported an event.", "Look it up in the runbook and the logs.", "The event is over.");

    public static bool Knows(string kind) => Chinese.ContainsKey(kind) && English.ContainsKey(kind);
}
