using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Rendering;

namespace LlmGateway.Gateway.Prompts;

/// <summary>A new prompt, with the content of its first version.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreatePromptRequest : PromptContent
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Why the version is made.</summary>
    public string? CommitMessage { get; init; }
}

/// <summary>A new version.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateVersionRequest : PromptContent
{
    /// <summary>Why it is made.</summary>
    public string? CommitMessage { get; init; }
}

/// <summary>What may change of a prompt; absent and null members stay as they are.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdatePromptRequest(
    string? Description = null, IReadOnlyDictionary<string, string>? Metadata = null, IReadOnlyList<string>? ProtectedLabels = null);

/// <summary>Requests about prompts, read strictly: members that must be there are, and null stands only where it may.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CreatePromptRequest))]
[JsonSerializable(typeof(UpdatePromptRequest))]
[JsonSerializable(typeof(CreateVersionRequest))]
[JsonSerializable(typeof(PutLabelRequest))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(RenderRequest))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class PromptRequestJson : JsonSerializerContext;
