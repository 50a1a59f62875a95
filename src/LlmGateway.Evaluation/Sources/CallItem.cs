using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// A logged call as an item: <c>input</c> (the messages), <c>output_text</c> (what was answered), <c>tools</c>, <c>parameters</c>,
/// <c>prompt</c>, <c>operation</c>, <c>model</c>, <c>metadata</c>, <c>inference_id</c>, <c>episode_id</c>, <c>latency_ms</c> and
/// <c>cost_usd</c>; its answer is the item's recorded sample.
/// </summary>
internal static class CallItem
{
    /// <returns>Null for a call that is left out: by the condition, or because it was not kept whole.</returns>
    public static SourcedItem? Read(JsonElement call, Func<JsonElement, bool>? condition, int index)
    {
        var request = call.GetProperty("request");
        if (request.ValueKind != JsonValueKind.Object || condition?.Invoke(request) == false
            || MessagesOf(request) is not { } messages || Answer(call) is not { } answer)
        {
            return null;
        }

        var item = JsonText.Parse(JsonText.Write(writer => WriteItem(writer, call, request, messages, answer)));
        return new SourcedItem(index, item, JsonText.Parse(JsonText.Write(writer => WriteSample(writer, call, answer))));
    }

    /// <summary>What a call answered, as a recorded sample; null where that was not kept whole.</summary>
    public static JsonElement? SampleOf(JsonElement call) =>
        Answer(call) is { } answer ? JsonText.Parse(JsonText.Write(writer => WriteSample(writer, call, answer))) : null;

    /// <summary>The messages of a chat completion, or a response's input in the same form, its instructions first.</summary>
    private static JsonElement? MessagesOf(JsonElement request)
    {
        if (request.TryGetProperty("messages", out var messages))
        {
            return messages.ValueKind == JsonValueKind.Array ? messages : null;
        }

        if (!request.TryGetProperty("input", out var input) || input.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            return null;
        }

        return JsonText.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartArray();
            if (request.TryGetProperty("instructions", out var instructions) && instructions.ValueKind == JsonValueKind.String)
            {
                WriteMessage(writer, "system", instructions);
            }

            if (input.ValueKind == JsonValueKind.String)
            {
                WriteMessage(writer, "user", input);
            }
            else
            {
                foreach (var entry in input.EnumerateArray())
                {
                    entry.WriteTo(writer);
                }
            }

            writer.WriteEndArray();
        }));
    }

    private static AnswerContent? Answer(JsonElement call)
    {
        var response = call.GetProperty("response");
        if (response.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            return response.TryGetProperty("choices", out _) ? AnswerContent.Of(response.Deserialize(OpenAIJson.TypeInfo<ChatCompletion>())!)
                : response.TryGetProperty("output", out _) ? AnswerContent.Of(response.Deserialize(OpenAIJson.TypeInfo<Response>())!)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteItem(Utf8JsonWriter writer, JsonElement call, JsonElement request, JsonElement messages, AnswerContent answer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("input");
        messages.WriteTo(writer);
        writer.WriteString("output_text", answer.Text);
        WriteIf(writer, "tools", request, "tools");
        LoggedParameters.WriteTo(writer, request);
        WriteIf(writer, "prompt", call, "prompt");
        WriteIf(writer, "operation", call, "operation");
        WriteModel(writer, call);
        WriteIf(writer, "metadata", call, "metadata");
        WriteIf(writer, "inference_id", call, "id");
        WriteIf(writer, "episode_id", call, "episode_id");
        WriteMeasures(writer, call);
        writer.WriteEndObject();
    }

    private static void WriteSample(Utf8JsonWriter writer, JsonElement call, AnswerContent answer)
    {
        writer.WriteStartObject();
        writer.WriteString("output_text", answer.Text);
        WriteModel(writer, call);
        writer.WriteString("finish_reason", answer.FinishReason);
        if (answer.ToolCalls is { } calls)
        {
            writer.WritePropertyName("output_tools");
            calls.WriteTo(writer);
        }

        if (answer.ReasoningSummary is { } summary)
        {
            writer.WriteString("output_reasoning_summary", summary);
        }

        WriteIf(writer, "inference_id", call, "id");
        WriteMeasures(writer, call);
        writer.WriteEndObject();
    }

    /// <summary>The model that answered, else the one that was asked for.</summary>
    private static void WriteModel(Utf8JsonWriter writer, JsonElement call) =>
        writer.WriteString("model", call.GetProperty("model").GetString() ?? call.GetProperty("requested_model").GetString());

    private static void WriteMeasures(Utf8JsonWriter writer, JsonElement call)
    {
        WriteIf(writer, "latency_ms", call, "duration_ms");
        WriteIf(writer, "cost_usd", call, "cost_usd");
    }

    private static void WriteMessage(Utf8JsonWriter writer, string role, JsonElement content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WritePropertyName("content");
        content.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, JsonElement from, string member)
    {
        if (from.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
