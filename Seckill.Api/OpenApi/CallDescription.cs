namespace Seckill.Api.OpenApi;

/// <summary>One call, for the OpenAPI document.</summary>
/// <param name="Name">Its operation id.</param>
/// <param name="Tag">The group that it is shown in.</param>
/// <param name="Summary">What it is for.</param>
sealed record CallDescription(string Name, string Tag, string Summary)
{
    public string? Details { get; init; }

    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    public Body? Body { get; init; }

    public required IReadOnlyList<Answer> Answers { get; init; }
}

/// <summary>A parameter that is read by hand, so that the framework does not know of it.</summary>
sealed record Parameter(string Name, string Type, string Description, bool InHeader = false);

/// <summary>The JSON body that a call takes.</summary>
sealed record Body(Type Type, string Example);

/// <summary>A status that a call answers with; without a type, problem details.</summary>
sealed record Answer(int Status, Type? Type = null, string? Example = null);
