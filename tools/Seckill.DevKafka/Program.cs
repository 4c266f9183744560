using System.CommandLine;
using System.Net;
using Seckill.DevKafka;

var topics = new Option<TopicSpec[]>("--topic")
{
    Description = "A topic to create at start, as name:partitions. Repeatable.",
    DefaultValueFactory = _ => [],
    CustomParser = TopicSpec.ParseAll,
};
var defaultPartitions = new Option<int>("--default-partitions")
{
    Description = "Partitions of a topic that comes into being when a client first names it.",
    DefaultValueFactory = _ => 4,
};
defaultPartitions.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > TopicSpec.MaxPartitions)
        result.AddError($"--default-partitions must be 1 to {TopicSpec.MaxPartitions}.");
});
var listen = new Option<IPEndPoint[]>("--listen")
{
    Description = "Loopback address and port to serve on; port 0 takes a free one. Repeatable: so many brokers.",
    DefaultValueFactory = _ => [new IPEndPoint(IPAddress.Loopback, 0)],
    CustomParser = KafkaFront.ParseAddresses,
};
var advertise = new Option<IPEndPoint[]>("--advertise")
{
    Description = "Where clients are told to find the brokers, if not where these listen: as many as --listen.",
    DefaultValueFactory = _ => [],
    CustomParser = KafkaFront.ParseAddresses,
};
var control = new Option<IPEndPoint[]>("--control")
{
    Description = "Loopback address and port on which commands are taken, as on standard input.",
    DefaultValueFactory = _ => [],
    CustomParser = KafkaFront.ParseAddresses,
};
var portFile = new Option<string?>("--port-file") { Description = "File that receives host:port of each broker once they can be reached." };

var command = new RootCommand("Kafka for development: librdkafka's in-memory brokers, served on fixed TCP addresses. Nothing survives a restart.")
{
    topics, defaultPartitions, listen, advertise, control, portFile,
};
command.Validators.Add(result =>
{
    if (result.GetValue(advertise) is { Length: > 0 } told && told.Length != result.GetValue(listen)!.Length)
        result.AddError("--advertise must be given as often as --listen.");
});
command.SetAction((arguments, stopping) => new DevKafkaHost(new DevKafkaOptions
{
    Topics = arguments.GetValue(topics)!,
    DefaultPartitions = arguments.GetValue(defaultPartitions),
    Listen = arguments.GetValue(listen)!,
    Advertised = arguments.GetValue(advertise)!,
    PortFile = arguments.GetValue(portFile),
    Control = arguments.GetValue(control) is [var address] ? address : null,
}).RunAsync(stopping));

return await command.Parse(args).InvokeAsync();
