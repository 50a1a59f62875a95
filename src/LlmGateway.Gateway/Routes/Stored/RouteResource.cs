using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>A route as operators see it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">Always <c>route</c>.</param>
/// <param name="Source"><c>configuration</c> or <c>stored</c>.</param>
/// <param name="InForce">Whether calls go by it; a stored one that no longer holds does nothing.</param>
/// <param name="Version">Of a stored one: 1 at first, one more at each change.</param>
/// <param name="CreatedAt">Of a stored one, in Unix seconds.</param>
/// <param name="UpdatedAt">Of a stored one, in Unix seconds.</param>
/// <param name="Warnings">Why it is not in force, and what in it has no effect.</param>
internal sealed record RouteResource(
    string Id, string Object, string Source, bool InForce, long? Version, long? CreatedAt, long? UpdatedAt, IReadOnlyList<string> Warnings)
{
    /// <summary>The whole resource: the route's settings are members of their own, behind these.</summary>
    /// <param name="settings">Null where they cannot be read.</param>
    public JsonObject With(RouteOptions? settings)
    {
        var resource = JsonSerializer.SerializeToNode(this, RouteJsonContext.Default.RouteResource)!.AsObject();
        foreach (var (name, value) in settings is null ? new JsonObject() : RouteJson.ToObject(settings))
        {
            resource[name] = value?.DeepClone();
        }

        return resource;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RouteResource))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ListPage<JsonObject>))]
[JsonSerializable(typeof(DeletedObject))]
internal sealed partial class RouteJsonContext : JsonSerializerContext;
