using System.Reflection;
using System.Runtime.InteropServices;

namespace Seckill.Kafka;

/// <summary>
/// Leads Confluent.Kafka to the native library that the operating system ships. Distributions install it under its versioned name only, and
/// glibc 2.34 dropped the plain name of libdl, which Confluent.Kafka 1.9 still asks for. Where the redistributed library lies beside the
/// assembly, the runtime's own search finds it.
/// </summary>
public static class LibrdkafkaResolver
{
    static readonly Lazy<bool> Registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Library).Assembly, Resolve);
        return true;
    });

    /// <summary>To be called before the first use of Confluent.Kafka. <c>UsingKafka</c> does it for the rider.</summary>
    public static void EnsureRegistered() => _ = Registered.Value;

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        var installed = name switch
        {
            "librdkafka" => "librdkafka.so.1",
            "libdl" => "libdl.so.2",
            _ => null,
        };

        return installed is not null && NativeLibrary.TryLoad(installed, assembly, searchPath, out var handle) ? handle : 0;
    }
}
