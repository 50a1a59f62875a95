using System.Text.Json;

namespace LlmGateway.Evaluation.Templates;

/// <summary>What an item's templates may refer to.</summary>
/// <param name="item">The item.</param>
/// <param name="sample">What the model answered; null before it did.</param>
internal sealed class TemplateValues(JsonElement item, JsonElement? sample)
{
    private const string OutputText = "output_text";
    private const string OutputJson = "output_json";

    public JsonElement Item => item;

    /// <exception cref="TemplateException">The reference leads nowhere.</exception>
    public string Text(TemplatePath path)
    {
        var value = Value(path);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => JsonText.Compact(value),
        };
    }

    /// <inheritdoc cref="Text"/>
    public JsonElement Value(TemplatePath path)
    {
        if (path.Root == TemplatePath.Item)
        {
            return TemplatePath.Follow(item, path.Steps) ?? throw new TemplateException($"The item has no '{path.Text}'.");
        }

        if (sample is not { } answered)
        {
            throw new TemplateException($"There is no sample for '{path.Text}'.");
        }

        return (path.Steps is [OutputJson, ..] && !answered.TryGetProperty(OutputJson, out _)
            ? TemplatePath.Follow(ParseOutput(answered), path.Steps.Skip(1))
            : TemplatePath.Follow(answered, path.Steps)) ?? throw new TemplateException($"The sample has no '{path.Text}'.");
    }

    private static JsonElement ParseOutput(JsonElement answered)
    {
        try
        {
            return JsonText.Parse(answered.GetProperty(OutputText).GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException)
        {
            throw new TemplateException("The output is not JSON.") { IsOfOutput = true };
        }
    }
}
