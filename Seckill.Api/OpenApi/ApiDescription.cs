using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

using Seckill.Api.Http;

namespace Seckill.Api.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, and the page at <c>/docs</c> to try calls on.</summary>
static class ApiDescription
{
    const string DocumentName = "v1";
    const string DocumentPath = $"/openapi/{DocumentName}.json";
    const string Bearer = "Bearer";
    const string Problem = "Problem";
    const string Json = "application/json";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Seckill",
                Version = "1",
                Description = "Flash sales: a burst of buyers, a small stock, one honest answer each. Every error is RFC 9457 problem details with a stable `code`.",
            };
            // The caller knows where it found the document.
            document.Servers = [];
            document.AddComponent(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "A JWT signed with RS256; claim `sub` is the buyer, claim `role` is buyer, operator or admin.",
            });
            document.AddComponent(Problem, ProblemSchema());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeAsync);
    });

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.UseSwaggerUI(x =>
        {
            x.RoutePrefix = "docs";
            x.DocumentTitle = "Seckill API";
            x.SwaggerEndpoint(DocumentPath, "Seckill");
        });
    }

    /// <summary>Says what the document tells of an endpoint.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, CallDescription description)
        => endpoint.WithName(description.Name).WithTags(description.Tag).WithSummary(description.Summary).WithMetadata(description);

    static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<CallDescription>().FirstOrDefault() is not { } call)
            return;

        operation.Description = call.Details;
        foreach (var parameter in call.Parameters)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }

        if (call.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Json] = await MediaAsync(body.Type, body.Example, context, cancellationToken),
                },
            };
        }

        operation.Responses = [];
        foreach (var answer in call.Answers)
        {
            operation.Responses[answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(answer.Status),
                Content = answer.Type is { } type
                    ? new Dictionary<string, OpenApiMediaType> { [Json] = await MediaAsync(type, answer.Example, context, cancellationToken) }
                    : new Dictionary<string, OpenApiMediaType>
                    {
                        [ApiProblem.MediaType] = new()
                        {
                            Schema = new OpenApiSchemaReference(Problem, context.Document),
                            Example = Parse(answer.Example),
                        },
                    },
            };
        }

        if (metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
    }

    static async Task<OpenApiMediaType> MediaAsync(
        Type type, string? example, OpenApiOperationTransformerContext context, CancellationToken cancellationToken) => new()
        {
            Schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken),
            Example = Parse(example),
        };

    static JsonNode? Parse(string? example) => example is null ? null : JsonNode.Parse(example);

    static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem details",
        Required = new HashSet<string> { "type", "title", "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable, for machines" },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "With code `invalid`: what is wrong with each field",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
        },
    };
}
