using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.ProjectModels;

/// <param name="Model">The model that the alias stands for from now on.</param>
/// <param name="Version">The version that the change is based on, 0 for a new alias; null changes whatever is there.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AliasRequest(string? Model, long? Version);

internal sealed record AliasResource(string Id, string Object, string Model, long Version, long UpdatedAt)
{
    public static AliasResource From(ModelAlias alias) => new(alias.Name, "alias", alias.Model, alias.Version, alias.UpdatedAt);
}
