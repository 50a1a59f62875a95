using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Feedback;

/// <summary>
/// Feedback as it stands in the queue: <see cref="FeedbackRequest"/> with the sender's own <c>id</c>, at most 256
/// characters, which is its idempotency key, and a <c>project</c>, by default the one that exists from the start. Which
/// projects there are the gateway alone knows; here an id must only be in the form of one.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackMessage(
    string? Id, string? Project, string? InferenceId, string? EpisodeId, string? Metric, JsonElement Value, string? Comment, Dictionary<string, string>? Tags)
{
    /// <summary>The member that is its idempotency key.</summary>
    public const string KeyField = "id";

    /// <exception cref="ApiException">It is no feedback, or says not under which id or for which project it counts (400).</exception>
    public static FeedbackMessage Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > FeedbackRequest.MaxBodyBytes)
        {
            throw Bad($"The message is larger than {FeedbackRequest.MaxBodyBytes} bytes.", null);
        }

        var message = Parse(body);
        if (string.IsNullOrEmpty(message.Id))
        {
            throw Bad("Missing 'id': feedback of a queue needs one, under which it counts once.", KeyField);
        }

        return message.Project is null || Caller.IsProject(message.Project)
            ? message
            : throw Bad($"Invalid 'project': expected a project's id, such as '{Caller.DefaultProject}'.", "project");
    }

    public FeedbackRequest ToRequest() => new(InferenceId, EpisodeId, Metric, Value, Comment, Tags, Id);

    private static FeedbackMessage Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DatasetsJsonContext.Default.FeedbackMessage) ?? throw Bad("Expected a JSON object, got null.", null);
        }
        catch (JsonException exception)
        {
            throw new ApiException(ApiErrors.UnreadableJson("The message", exception));
        }
    }

    private static ApiException Bad(string message, string? param) => new(ApiErrors.BadRequest(message, param));
}
