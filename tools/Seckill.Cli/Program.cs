using System.CommandLine;

using Seckill.Cli.Commands;

var root = new RootCommand("Seckill's tools: schema, development data and tokens, the audit, the story of an order, the logs and reports of compensation, the demo, a live view and pictures of dashboards, and tests of the tests.")
{
    KeysCommand.Create(),
    TokenCommand.Create(),
    MigrateCommand.Create(),
    SeedCommand.Create(),
    AuditCommand.Create(),
    TraceCommand.Create(),
    ReplayLogCommand.Create(),
    ReportCommand.Create(),
    DemoCommand.Create(),
    FaultsCommand.Create(),
    FaultPointsCommand.Create(),
    TopCommand.Create(),
    DashboardsCommand.Create(),
    MutateCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
