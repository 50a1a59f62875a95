using System.Text.Json;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Items as lines of our own and of OpenAI's.</summary>
internal static class ItemLines
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    /// <summary><c>{"id", "input", "reference", "metadata", "split", "rejected"}</c>, which can be imported again.</summary>
    public static void WriteItem(Utf8JsonWriter writer, ItemContent item) =>
        JsonSerializer.Serialize(writer, ItemView.Of(item.Row), DatasetsJsonContext.Default.ItemView);

    /// <summary><c>{"messages", "tools", …}</c>, weights included.</summary>
    public static void WriteSupervised(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        writer.WriteValues("messages", [.. item.Prompt, item.Answer!.Value]);
        WriteSettings(writer, item);
        writer.WriteEndObject();
    }

    /// <summary><c>{"input": {"messages", "tools", …}, "preferred_output", "non_preferred_output"}</c>.</summary>
    public static void WritePreference(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("input");
        writer.WriteValues("messages", item.Prompt);
        WriteSettings(writer, item);
        writer.WriteEndObject();
        writer.WriteValues("preferred_output", [item.Answer!.Value]);
        writer.WriteValues("non_preferred_output", [item.RejectedAnswer!.Value]);
        writer.WriteEndObject();
    }

    /// <summary><c>{"messages", "tools", "reference_answer"}</c> and the metadata's members.</summary>
    public static void WriteReinforcement(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        writer.WriteValues("messages", item.Prompt);
        writer.WriteValue("tools", item.Tools);
        writer.WriteValue(OpenAILines.ReferenceField, item.Reference);
        foreach (var member in item.MetadataMembers)
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// <c>{"item": {"input", "reference", "metadata"}}</c>, as files of evals have it. The item is what an evaluation of the dataset
    /// itself sees, so that one eval takes both.
    /// </summary>
    public static void WriteEvals(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("item");
        writer.WriteValue("input", item.Input);
        foreach (var (name, value) in new[] { ("reference", item.Reference), ("metadata", item.Metadata) })
        {
            writer.WritePropertyName(name);
            (value ?? Null).WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteValues(this Utf8JsonWriter writer, string name, IEnumerable<JsonElement> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            value.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>A member, unless it has no value.</summary>
    public static void WriteValue(this Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is { } present)
        {
            writer.WritePropertyName(name);
            present.WriteTo(writer);
        }
    }

    private static void WriteSettings(Utf8JsonWriter writer, ItemContent item)
    {
        foreach (var name in OpenAILines.Settings)
        {
            writer.WriteValue(name, item.Input.Find(name));
        }
    }
}
