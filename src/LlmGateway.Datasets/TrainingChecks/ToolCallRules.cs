using System.Text.Json;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>
/// Whether the calls that a model would learn to make are calls of the tools that the example declares, with arguments that fit their
/// schemas. Schemas that were seen before are not parsed again.
/// </summary>
internal sealed class ToolCallRules
{
    private const int MaxSchemas = 200;
    private readonly Dictionary<string, CallerSchema?> _schemas = new(StringComparer.Ordinal);

    /// <returns>What is wrong; null if nothing is, and where no tools are declared.</returns>
    public async Task<string?> FaultAsync(ItemContent item, CancellationToken cancellationToken)
    {
        if (item.Tools is not { ValueKind: JsonValueKind.Array } tools)
        {
            return null;
        }

        foreach (var function in Calls(item))
        {
            var name = function.Find("name")?.GetString() ?? "";
            if (tools.EnumerateArray().Select(tool => tool.Find("function")).FirstOrDefault(tool => tool?.Find("name")?.GetString() == name) is not { } declared)
            {
                return $"the tool '{name}' is called and not declared in 'tools'";
            }

            if (await ArgumentsFaultAsync(name, declared, function.Find("arguments")?.GetString() ?? "", cancellationToken) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static IEnumerable<JsonElement> Calls(ItemContent item) => item.Prompt.Append(item.Answer ?? default).Append(item.RejectedAnswer ?? default)
        .Where(message => message.ValueKind == JsonValueKind.Object)
        .Select(message => message.Find("tool_calls")).OfType<JsonElement>()
        .SelectMany(calls => calls.EnumerateArray()).Select(call => call.Find("function")).OfType<JsonElement>();

    private async Task<string?> ArgumentsFaultAsync(string name, JsonElement declared, string arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(arguments);
        }
        catch (JsonException)
        {
            return $"the arguments of the call of '{name}' are not JSON";
        }

        return await SchemaAsync(declared, cancellationToken) is { } schema && schema.Validate(arguments) is [var error, ..]
            ? $"the arguments of the call of '{name}' do not fit its 'parameters': {error}" : null;
    }

    // A schema with keywords that are not validated is none to go by.
    private async Task<CallerSchema?> SchemaAsync(JsonElement declared, CancellationToken cancellationToken)
    {
        if (declared.Find("parameters") is not { ValueKind: JsonValueKind.Object } parameters)
        {
            return null;
        }

        var text = parameters.GetRawText();
        if (_schemas.TryGetValue(text, out var known))
        {
            return known;
        }

        CallerSchema? schema = null;
        try
        {
            schema = await CallerSchema.ParseAsync(parameters, "parameters", cancellationToken);
        }
        catch (ApiException)
        {
        }

        if (_schemas.Count < MaxSchemas)
        {
            _schemas[text] = schema;
        }

        return schema;
    }
}
