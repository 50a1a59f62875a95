using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Templates;

/// <summary>What an eval's templates may refer to, as far as its schema tells.</summary>
/// <param name="itemSchema">The items' JSON Schema.</param>
/// <param name="hasSample">Whether there is a sample to refer to.</param>
internal sealed class TemplateScope(JsonElement itemSchema, bool hasSample)
{
    /// <summary>Reads a template and checks its references.</summary>
    /// <exception cref="ApiException">It is malformed, or names what an item cannot have (400, with the position).</exception>
    public Template Parse(string text, string field)
    {
        var template = Template.Parse(text, field);
        foreach (var path in template.Paths)
        {
            Check(path, field);
        }

        return template;
    }

    /// <summary>A scope in which no sample exists yet: that of the messages that ask for one.</summary>
    public TemplateScope BeforeSampling() => new(itemSchema, hasSample: false);

    private void Check(TemplatePath path, string field)
    {
        if (path.Root == TemplatePath.Item)
        {
            CheckItem(path, field);
        }
        else if (!hasSample)
        {
            throw JsonFields.Invalid(
                $"'{path.Text}' at character {path.Position}: there is no sample here. Graders may refer to it if data_source_config has include_sample_schema: true.", field);
        }
        else if (path.Steps is not ["output_text" or "output_json" or "output_tools" or "output_reasoning_summary" or "model" or "finish_reason" or "retrieved", ..])
        {
            throw JsonFields.Invalid(
                $"'{path.Text}' at character {path.Position}: a sample has output_text, output_json, output_tools, output_reasoning_summary, model and finish_reason, and retrieved where the run has a context block.", field);
        }
    }

    private void CheckItem(TemplatePath path, string field)
    {
        JsonElement? schema = itemSchema;
        foreach (var step in path.Steps)
        {
            if (schema is not { ValueKind: JsonValueKind.Object } known)
            {
                return;
            }

            schema = Next(known, step, out var names);
            if (names is not null)
            {
                throw JsonFields.Invalid(
                    $"'{path.Text}' at character {path.Position}: the item schema has no '{step}' there, but {string.Join(", ", names)}.", field);
            }
        }
    }

    /// <summary>The schema behind a step; null if nothing is said of it. A step that is ruled out yields the names that are not.</summary>
    private static JsonElement? Next(JsonElement schema, string step, out IReadOnlyList<string>? names)
    {
        names = null;
        if (schema.TryGetProperty("items", out var items) && TemplatePath.TryIndex(step, out _))
        {
            return items;
        }

        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (properties.TryGetProperty(step, out var property))
        {
            return property;
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind != JsonValueKind.False)
        {
            return others;
        }

        names = [.. properties.EnumerateObject().Select(member => member.Name)];
        return null;
    }
}
