using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Seckill.Hosting.Configuration;

/// <summary>Registers options that are checked when the process starts.</summary>
public static class ValidatedOptions
{
    /// <summary>Binds <typeparamref name="T"/> to a section and refuses to start when a value breaks its data annotations.</summary>
    public static OptionsBuilder<T> AddValidatedOptions<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(new AnnotationValidator<T>(section));
        return services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }

    sealed class AnnotationValidator<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var failures = ConfigurationFailures.Of(options, section);
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
