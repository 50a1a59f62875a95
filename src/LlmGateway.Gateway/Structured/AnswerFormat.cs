using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Structured;

/// <summary>The form that a request wants its answer in.</summary>
/// <param name="Param">The member of the request that says so, for errors.</param>
/// <param name="SchemaText">The JSON Schema as the caller wrote it.</param>
/// <param name="Schema">The same, ready to validate.</param>
internal sealed record AnswerFormat(string Param, string SchemaText, CallerSchema Schema)
{
    private static readonly JsonElement AnyObject = JsonElement.Parse("""{"type":"object"}"""u8);

    /// <summary>This where the model must be told of it in the prompt, else null.</summary>
    public AnswerFormat? ToPrompt(InferenceCall call) => call.Deployment!.StructuredOutput == StructuredOutputSupport.Prompted ? this : null;

    /// <summary>Reads it: <c>response_format</c> of chat completions, <c>text.format</c> of responses.</summary>
    /// <returns>Null when the request asks for plain text, or for a form that only its model knows.</returns>
    /// <exception cref="ApiException">400: there is no schema, or one that cannot be checked in full.</exception>
    public static async ValueTask<AnswerFormat?> ReadAsync(InferenceCall call, CancellationToken cancellationToken)
    {
        var (range, operation) = (call.Scan.Format, call.Operation);
        var value = JsonElement.Parse(call.Request!.Span[range.Start..range.End]);
        var param = operation.FormatMember!;
        if (operation == Operation.Responses)
        {
            (value, param) = (Member(value, "format"), $"{param}.format");
        }

        // Chat completions wrap the schema, responses put it beside the type.
        return await ReadAsync(value, param, operation == Operation.Responses ? "schema" : "json_schema.schema", cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync(InferenceCall, CancellationToken)"/>
    /// <param name="value">The form.</param>
    /// <param name="param">Its member of the request.</param>
    /// <param name="schemaPath">Where in it the schema stands, with dots.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<AnswerFormat?> ReadAsync(JsonElement value, string param, string schemaPath, CancellationToken cancellationToken)
    {
        var type = Member(value, "type");
        if (type.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (type.ValueEquals("json_object"u8))
        {
            return await ParseAsync(AnyObject, param, param, cancellationToken);
        }

        if (!type.ValueEquals("json_schema"u8))
        {
            return null;
        }

        var place = $"{param}.{schemaPath}";
        var schema = schemaPath.Split('.').Aggregate(value, Member);
        return schema.ValueKind != JsonValueKind.Undefined
            ? await ParseAsync(schema, param, place, cancellationToken)
            : throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{place}'.", place, "missing_required_parameter"));
    }

    private static async Task<AnswerFormat> ParseAsync(JsonElement schema, string param, string place, CancellationToken cancellationToken) =>
        new(param, schema.GetRawText(), await CallerSchema.ParseAsync(schema, place, cancellationToken));

    private static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;
}
