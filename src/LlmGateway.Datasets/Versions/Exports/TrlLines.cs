using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>
/// TRL's conversational types: prompt and completion, and explicit preference, with <c>tools</c> beside them where there are any.
/// Arguments of calls are objects there, and messages have no weights: what is learned is the completion.
/// See <see href="https://huggingface.co/docs/trl/dataset_formats"/>.
/// </summary>
internal static class TrlLines
{
    public static void WriteSupervised(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        WriteMessages(writer, "prompt", item.Prompt);
        WriteMessages(writer, "completion", [item.Answer!.Value]);
        writer.WriteValue("tools", item.Tools);
        writer.WriteEndObject();
    }

    public static void WritePreference(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        WriteMessages(writer, "prompt", item.Prompt);
        WriteMessages(writer, "chosen", [item.Answer!.Value]);
        WriteMessages(writer, "rejected", [item.RejectedAnswer!.Value]);
        writer.WriteValue("tools", item.Tools);
        writer.WriteEndObject();
    }

    private static void WriteMessages(Utf8JsonWriter writer, string name, IEnumerable<JsonElement> messages)
    {
        writer.WriteStartArray(name);
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            foreach (var member in message.EnumerateObject().Where(member => member.Name != "weight"))
            {
                writer.WritePropertyName(member.Name);
                WriteMember(writer, member);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMember(Utf8JsonWriter writer, JsonProperty member)
    {
        if (member.Name != "tool_calls" || member.Value.ValueKind != JsonValueKind.Array)
        {
            member.Value.WriteTo(writer);
            return;
        }

        writer.WriteStartArray();
        foreach (var call in member.Value.EnumerateArray())
        {
            WriteCall(writer, call);
        }

        writer.WriteEndArray();
    }

    private static void WriteCall(Utf8JsonWriter writer, JsonElement call)
    {
        writer.WriteStartObject();
        foreach (var member in call.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.Name == "function")
            {
                CalledFunction.Write(writer, member.Value);
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
