using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmGateway.Messaging.Events;

/// <summary>
/// An event for programs outside, in the form of OpenAI's webhook events: the message is this object and nothing around it.
/// One may come more than once, always with the same id.
/// </summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Type">OpenAI's where it has one, such as <c>fine_tuning.job.succeeded</c>; it is the routing key.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Project">Who it is of.</param>
/// <param name="Data">At least the <c>id</c> of what it is about.</param>
public sealed record PublicEvent(string Id, string Type, long CreatedAt, string Project, JsonObject Data)
{
    /// <summary>Always <c>event</c>.</summary>
    public string Object { get; } = "event";

    /// <summary>An event that happens now.</summary>
    public static PublicEvent Now(TimeProvider time, string type, string project, JsonObject data)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new PublicEvent(NewId(), type, time.GetUtcNow().ToUnixTimeSeconds(), project, data);
    }

    /// <summary>For a row that keeps its event's id, so that a repetition has the same.</summary>
    public static string NewId() => $"evt_{Guid.CreateVersion7():N}";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PublicEventJsonContext.Default.PublicEvent);

    /// <exception cref="JsonException">The bytes are no event.</exception>
    public static PublicEvent Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, PublicEventJsonContext.Default.PublicEvent) ?? throw new JsonException("An event is an object.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PublicEvent))]
internal sealed partial class PublicEventJsonContext : JsonSerializerContext;
