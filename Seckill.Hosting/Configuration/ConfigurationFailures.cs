using System.ComponentModel.DataAnnotations;
using System.Reflection;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Seckill.Hosting.Configuration;

/// <summary>Says of a wrong setting: its key, what it is, what is allowed.</summary>
public static class ConfigurationFailures
{
    /// <summary>One line per wrong setting; empty when <paramref name="exception"/> is not about settings.</summary>
    public static IReadOnlyList<string> Describe(Exception exception, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(configuration);
        return exception switch
        {
            AggregateException aggregate => aggregate.InnerExceptions.SelectMany(x => Describe(x, configuration)).Distinct().ToList(),
            OptionsValidationException invalid => Describe(invalid, configuration),
            // The binder's message names key, value and type; the inner one says what is wrong with it.
            InvalidOperationException { InnerException: { } cause } unreadable
                when unreadable.Message.Contains("configuration value", StringComparison.Ordinal)
                => [$"{unreadable.Message} {cause.Message}"],
            // Of a file its path is named, and the innermost exception says what is wrong with it.
            InvalidDataException { InnerException: { } cause } unreadable => [$"{unreadable.Message} {cause.GetBaseException().Message}"],
            _ => [],
        };
    }

    /// <summary>The failures of one options object that was bound to section <paramref name="section"/>.</summary>
    public static IReadOnlyList<string> Of(object options, string section)
    {
        ArgumentNullException.ThrowIfNull(options);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.SelectMany(x => Lines(x, options, section)).ToList();
    }

    static IReadOnlyList<string> Describe(OptionsValidationException exception, IConfiguration configuration)
    {
        if (SectionOf(exception.OptionsType) is not { } section)
            return exception.Failures.ToList();

        // The built-in validator names the class and the property; people look for the key and its value.
        var options = configuration.GetSection(section).Get(exception.OptionsType) ?? Activator.CreateInstance(exception.OptionsType)!;
        var lines = Of(options, section);
        return lines.Count > 0 ? lines : exception.Failures.ToList();
    }

    static IEnumerable<string> Lines(ValidationResult result, object options, string section)
    {
        if (!result.MemberNames.Any())
        {
            yield return $"{section}: {result.ErrorMessage}";
            yield break;
        }

        foreach (var member in result.MemberNames)
        {
            var property = options.GetType().GetProperty(member);
            // Only plain numbers and flags are shown: a string may be a secret.
            var value = property?.GetValue(options) is { } plain and not string && plain.GetType().IsValueType ? $" is {plain}" : "";
            yield return $"{section}:{member}{value}: {result.ErrorMessage}";
        }
    }

    static string? SectionOf(Type options)
        => options.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;
}
