using System.Text.Json;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>
/// Axolotl's type <c>chat_template</c> in its default layout, <c>{"messages", "tools"}</c>. A weight becomes the boolean
/// <c>train</c>, which counts where the configuration says <c>message_field_training: train</c>.
/// See <see href="https://docs.axolotl.ai/docs/dataset-formats/conversation.html"/>.
/// </summary>
internal static class AxolotlLines
{
    public static void Write(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("messages");
        foreach (var message in item.Prompt.Append(item.Answer!.Value))
        {
            WriteMessage(writer, message);
        }

        writer.WriteEndArray();
        writer.WriteValue("tools", item.Tools);
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, JsonElement message)
    {
        writer.WriteStartObject();
        foreach (var member in message.EnumerateObject().Where(member => member.Name != "weight"))
        {
            member.WriteTo(writer);
        }

        if (message.Find("weight") is { } weight)
        {
            writer.WriteBoolean("train", weight.GetInt32() == 1);
        }

        writer.WriteEndObject();
    }
}
