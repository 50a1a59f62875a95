using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Schemas;

namespace LlmGateway.Evaluation.Graders;

/// <summary>A call that a model made.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Null where they are not JSON, or there are none.</param>
internal sealed record MadeCall(string Name, JsonElement? Arguments)
{
    private const int MaxCalls = 128;

    /// <summary>Reads calls as chat completions have them, as responses have them, or plainly: <c>{"name", "arguments"}</c>.</summary>
    /// <exception cref="TemplateException">It is no list of calls.</exception>
    public static IReadOnlyList<MadeCall> ReadAll(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MaxCalls
        ? [.. list.EnumerateArray().Select(Read)]
        : throw new TemplateException($"A list of up to {MaxCalls} tool calls is wanted, and it is {JsonFields.Shortened(list.GetRawText())}");

    private static MadeCall Read(JsonElement call)
    {
        var function = call.ValueKind == JsonValueKind.Object && call.TryGetProperty("function", out var inner) ? inner : call;
        return function.ValueKind == JsonValueKind.Object && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? new MadeCall(name.GetString()!, function.TryGetProperty("arguments", out var arguments) ? Parse(arguments) : null)
            : throw new TemplateException($"A tool call has a name, and this has none: {JsonFields.Shortened(call.GetRawText())}");
    }

    private static JsonElement? Parse(JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.String)
        {
            return arguments.ValueKind == JsonValueKind.Null ? null : arguments;
        }

        try
        {
            return JsonText.Parse(arguments.GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A call that is wanted.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">What its arguments must be, or hold; null for any.</param>
/// <param name="Schema">What its arguments must fit; null for none.</param>
internal sealed record WantedCall(string Name, JsonElement? Arguments, CallerSchema? Schema)
{
    /// <param name="call">A call that was made.</param>
    /// <param name="isSubset">Whether the call may have further arguments.</param>
    public bool IsMetBy(MadeCall call, bool isSubset) =>
        Name == call.Name
        && (Arguments is not { } wanted || (call.Arguments is { } made && (isSubset ? Holds(made, wanted) : JsonElement.DeepEquals(made, wanted))))
        && (Schema is null || (call.Arguments is { } given && Schema.Validate(JsonText.Compact(given)).Count == 0));

    private static bool Holds(JsonElement made, JsonElement wanted) =>
        made.ValueKind == JsonValueKind.Object && wanted.ValueKind == JsonValueKind.Object
            ? wanted.EnumerateObject().All(member => made.TryGetProperty(member.Name, out var value) && Holds(value, member.Value))
            : JsonElement.DeepEquals(made, wanted);
}
