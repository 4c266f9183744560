using System.Reflection;
using System.Runtime.ExceptionServices;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Api;
using Seckill.Hosting;
using Seckill.Workers;

namespace Seckill.Fuzz.Configuration;

/// <summary>A program, put together as it is at its start and never started, whose settings can be changed and checked as often as one likes.</summary>
sealed class SettingHost : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly MemoryConfigurationProvider _settings;
    readonly Dictionary<Type, Func<object>> _read;

    SettingHost(WebApplication app, IEnumerable<(Type Type, string Section)> options)
    {
        _app = app;
        _settings = (MemoryConfigurationProvider)((IConfigurationRoot)app.Configuration).Providers.Last();
        _read = options.ToDictionary(x => x.Type, x => Reader(app.Services, x.Type));
        Keys = [.. options.SelectMany(x => SettingKey.Of(x.Type, x.Section))];
    }

    /// <summary>All keys that are bound to options.</summary>
    public IReadOnlyList<SettingKey> Keys { get; }

    public IConfiguration Configuration => _app.Configuration;

    public static SettingHost Api() => Build("seckill-api", x => x.AddSeckillApi());

    public static SettingHost Worker() => Build("seckill-workers", x => x.AddSeckillWorker());

    /// <summary>Reads and checks some options as at the start, with these settings and the defaults for all others.</summary>
    /// <exception cref="Exception">Whatever the start would be ended by.</exception>
    public void Check(IEnumerable<Type> options, IReadOnlyDictionary<string, string?> settings)
    {
        foreach (var (key, value) in settings)
            _settings.Set(key, value);
        foreach (var type in options)
            _read[type]();
    }

    /// <summary>Forgets all settings.</summary>
    public void Clear()
    {
        var data = (IDictionary<string, string?>)typeof(ConfigurationProvider).GetProperty("Data", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(_settings)!;
        data.Clear();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static SettingHost Build(string name, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(SettingHost).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([]);
        builder.AddSeckillDefaults(name);
        configure(builder);
        // Options that are bound to configuration bring a source of changes.
        var options = builder.Services.Where(x => x.ServiceType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>))
            .Select(x => x.ServiceType.GetGenericArguments()[0]).Distinct()
            .Select(x => (Type: x, Section: x.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(x => x.Section is not null).Select(x => (x.Type, x.Section!)).ToList();
        return new SettingHost(builder.Build(), options);
    }

    static Func<object> Reader(IServiceProvider services, Type type)
    {
        var factory = services.GetRequiredService(typeof(IOptionsFactory<>).MakeGenericType(type));
        var create = factory.GetType().GetMethod(nameof(IOptionsFactory<object>.Create))!;
        return () =>
        {
            try
            {
                return create.Invoke(factory, [Microsoft.Extensions.Options.Options.DefaultName])!;
            }
            catch (TargetInvocationException exception)
            {
                ExceptionDispatchInfo.Throw(exception.InnerException!);
                throw;
            }
        };
    }
}
