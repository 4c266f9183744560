using System.Text.Json.Serialization;

namespace Seckill.Cli.Mutations;

/// <summary>A guard of the code, how it is removed, and the tests that miss it then.</summary>
sealed record Mutation
{
    /// <summary>Its name, among all of the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>What the guard keeps from happening.</summary>
    public required string Guards { get; init; }

    /// <summary>The source file, seen from the root of the checkout.</summary>
    public required string File { get; init; }

    /// <summary>Text that the file has once.</summary>
    [JsonConverter(typeof(LinesConverter))]
    public required string Find { get; init; }

    /// <summary>What stands there when the guard is removed.</summary>
    [JsonConverter(typeof(LinesConverter))]
    public required string Replace { get; init; }

    /// <summary>The test project.</summary>
    public required string Project { get; init; }

    /// <summary>The tests that are run, as <c>Class_Specs.Should_…</c>; one at least must fail.</summary>
    public required IReadOnlyList<string> Tests { get; init; }

    /// <summary>The file's text without the guard.</summary>
    /// <exception cref="InvalidOperationException">The text to replace is not there, or not once.</exception>
    public string ApplyTo(string source)
    {
        var first = source.IndexOf(Find, StringComparison.Ordinal);
        if (first < 0)
            throw new InvalidOperationException($"Mutation '{Name}' does not apply any more: {File} has no '{Find}'");
        if (source.IndexOf(Find, first + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"Mutation '{Name}' is ambiguous: {File} has '{Find}' more than once");
        if (Find == Replace)
            throw new InvalidOperationException($"Mutation '{Name}' changes nothing");

        return string.Concat(source.AsSpan(0, first), Replace, source.AsSpan(first + Find.Length));
    }
}
