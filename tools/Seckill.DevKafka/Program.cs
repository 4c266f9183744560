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
var listen = new Option<IPEndPoint>("--listen")
{
    Description = "Loopback address and port to serve on; port 0 takes a free one.",
    DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 0),
    CustomParser = KafkaFront.ParseListenAddress,
};
var portFile = new Option<string?>("--port-file") { Description = "File that receives host:port once the broker can be reached." };

var command = new RootCommand("Kafka for development: librdkafka's in-memory broker, served on one fixed TCP address. Nothing survives a restart.")
{
    topics, defaultPartitions, listen, portFile,
};
command.SetAction((arguments, stopping) => new DevKafkaHost(
    arguments.GetValue(topics)!,
    arguments.GetValue(defaultPartitions),
    arguments.GetValue(listen)!,
    arguments.GetValue(portFile)).RunAsync(stopping));

return await command.Parse(args).InvokeAsync();
