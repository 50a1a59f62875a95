using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Catalog;

/// <summary>The body that makes a dataset, or changes the given fields of one.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="Metadata">Replaces what was there; within OpenAI's limits.</param>
/// <param name="Archived">Hides it from lists and closes it to new versions; only for a change.</param>
/// <param name="InputSchema">What the input of each item of a later version must be, at most 100,000 characters of JSON Schema; null takes it away.</param>
/// <param name="ReferenceSchema">The same for references, of which a missing one counts as null.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DatasetRequest(
    string? Name, string? Description, Dictionary<string, string>? Metadata, bool? Archived, JsonElement InputSchema = default, JsonElement ReferenceSchema = default)
{
    private const int MaxNameLength = 200;
    private const int MaxDescriptionLength = 2000;

    /// <summary>A schema after the change.</summary>
    /// <param name="given">What the request says: nothing, null or a schema.</param>
    /// <param name="known">What there is.</param>
    public static string? Change(JsonElement given, string? known) => given.ValueKind switch
    {
        JsonValueKind.Undefined => known,
        JsonValueKind.Null => null,
        _ => given.GetRawText(),
    };

    /// <exception cref="ApiException">One is no schema, or asks for what is not validated (400).</exception>
    public async Task CheckSchemasAsync(CancellationToken cancellationToken)
    {
        foreach (var (schema, field) in new[] { (InputSchema, "input_schema"), (ReferenceSchema, "reference_schema") })
        {
            if (schema.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            {
                await CallerSchema.ParseAsync(schema, field, cancellationToken);
            }
        }
    }

    /// <exception cref="ApiException">A field is out of bounds (400).</exception>
    public void Check(bool isNew)
    {
        if (isNew ? string.IsNullOrWhiteSpace(Name) : Name is not null && string.IsNullOrWhiteSpace(Name))
        {
            throw Bad($"'name' is required and has 1 to {MaxNameLength} characters.", "name");
        }

        CheckText(Name, "name", MaxNameLength);
        CheckText(Description, "description", MaxDescriptionLength);
        MetadataRules.Check(Metadata, "metadata");
        if (isNew && Archived == true)
        {
            throw Bad("Invalid 'archived': a dataset is archived by a later change.", "archived");
        }
    }

    private static void CheckText(string? text, string param, int max)
    {
        if (text is not null && (text.Length > max || text.Contains('\0', StringComparison.Ordinal)))
        {
            throw Bad($"Invalid '{param}': expected at most {max} characters, none of them NUL.", param);
        }
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
