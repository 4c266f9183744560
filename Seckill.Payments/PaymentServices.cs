using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.Ledger.Schema;
using Seckill.Payments.Development;

namespace Seckill.Payments;

/// <summary>Registers the payment provider.</summary>
public static class PaymentServices
{
    /// <summary>Adds <see cref="IPaymentProvider"/>; options come from section <see cref="PaymentsOptions.Section"/>.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddOptions<PaymentsOptions>().BindConfiguration(PaymentsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PaymentsOptions>, PaymentsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddPaymentSchema();
        services.TryAddSingleton<CallbackSignature>();
        services.TryAddSingleton<CallbackAddress>();
        services.TryAddSingleton<DevelopmentPaymentBooks>();
        services.TryAddSingleton(x => new DevelopmentPaymentProvider(
            x.GetRequiredService<DevelopmentPaymentBooks>(), x.GetRequiredService<CallbackSignature>(), x.GetRequiredService<CallbackAddress>(),
            x.GetRequiredService<IOptions<PaymentsOptions>>()));
        services.AddFaultPoints();
        services.TryAddSingleton(x => x.WithFaults<IPaymentProvider, IPaymentProvider>(
            x.GetRequiredService<DevelopmentPaymentProvider>(), (provider, faults) => new PaymentFaults(provider, faults)));
        return services;
    }

    /// <summary>Adds the schema scripts of the payment tables, for the tool that migrates.</summary>
    public static IServiceCollection AddPaymentSchema(this IServiceCollection services)
        => services.AddSingleton(new SchemaScripts(typeof(PaymentServices).Assembly));

    /// <summary>Adds the part of the development provider that charges and calls back: in the process that serves HTTP, only.</summary>
    public static IServiceCollection AddPaymentSettlement(this IServiceCollection services)
    {
        services.AddHttpClient(DevelopmentSettlement.HttpClientName, x => x.Timeout = TimeSpan.FromSeconds(10));
        services.AddHostedService<DevelopmentSettlement>();
        return services;
    }
}
