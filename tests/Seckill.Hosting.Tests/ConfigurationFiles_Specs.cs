using Microsoft.Extensions.Configuration;

using Seckill.Hosting.Configuration;

namespace Seckill.Hosting.Tests;

public sealed class ConfigurationFiles_Specs
{
    [Theory]
    [InlineData("{\"Kafka\":", "at the end of the JSON payload")]
    [InlineData("{\"A\":1,\"a\":2}", "duplicate key 'a'")]
    [InlineData("[]", "Top-level JSON element must be an object")]
    public void Should_be_told_of_by_name_when_they_can_not_be_read(string text, string problem)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("seckill-settings-").FullName, "appsettings.json");
        File.WriteAllText(path, text);

        var exception = Should.Throw<InvalidDataException>(() => new ConfigurationBuilder().AddJsonFile(path).Build());

        var line = ConfigurationFailures.Describe(exception, new ConfigurationBuilder().Build()).ShouldHaveSingleItem();
        line.ShouldContain(path);
        line.ShouldContain(problem);
        line.ShouldNotContain("\n");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
