using System.Text.Json.Serialization;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Catalog;

/// <summary>The body that makes a dataset, or changes the given fields of one.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="Metadata">Replaces what was there; within OpenAI's limits.</param>
/// <param name="Archived">Hides it from lists and closes it to new versions; only for a change.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DatasetRequest(string? Name, string? Description, Dictionary<string, string>? Metadata, bool? Archived)
{
    private const int MaxNameLength = 200;
    private const int MaxDescriptionLength = 2000;

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
