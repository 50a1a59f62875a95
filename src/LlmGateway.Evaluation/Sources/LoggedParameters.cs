using System.Text.Json;
using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// What a logged request asked for besides its messages, such as <c>temperature</c>: kept with the item, and asked for again where
/// the call is put to another model. What the run's own <c>sampling_params</c> say wins.
/// </summary>
internal static class LoggedParameters
{
    private const string Member = "parameters";

    /// <summary>Of which a request has one.</summary>
    private static readonly string[] OutputLimits = ["max_tokens", "max_completion_tokens", "max_output_tokens"];

    /// <summary>What is no parameter, or is about the one call: how it came back, who called, and which calls it went on from.</summary>
    private static readonly HashSet<string> Left =
    [
        "model", "messages", "input", "instructions", "tools", "prompt", "stream", "stream_options", "store", "metadata", "user", "n",
        "background", "conversation", "previous_response_id",
    ];

    /// <summary>Writes the item's member; nothing where there are none.</summary>
    public static void WriteTo(Utf8JsonWriter writer, JsonElement request)
    {
        var kept = request.EnumerateObject().Where(member => !Left.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null).ToList();
        if (kept.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(Member);
        foreach (var member in kept)
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes an item's parameters and tools into a request by the same API; by another one they have other names.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement item, ModelRequest request)
    {
        if (!item.TryGetProperty("operation", out var operation) || operation.GetString() != request.Api.Operation)
        {
            return;
        }

        if (item.TryGetProperty("tools", out var tools) && !request.Sets("tools"))
        {
            writer.WritePropertyName("tools");
            tools.WriteTo(writer);
        }

        if (item.TryGetProperty(Member, out var parameters))
        {
            foreach (var member in parameters.EnumerateObject().Where(member => !IsSet(request, member.Name)))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static bool IsSet(ModelRequest request, string name) =>
        request.Sets(name) || (OutputLimits.Contains(name) && OutputLimits.Any(request.Sets)) || (name == "reasoning" && request.Sets("reasoning_effort"));
}
