using System.Globalization;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>
/// Ours: a prompt that the gateway keeps, in a run's data source. It is applied to each item's own messages, with the variables
/// that the item's call was made with.
/// </summary>
/// <param name="Id">Its id or name.</param>
/// <param name="Version">A version's number; null for the label's.</param>
/// <param name="Label">A label; null with a version, and for <c>production</c>.</param>
internal sealed record ManagedPrompt(string Id, string? Version, string? Label)
{
    /// <summary>The field's name in a data source, in an item and in a request.</summary>
    public const string Name = "prompt";

    private const int MaxLength = 200;

    /// <summary>As a caller could name it for a model.</summary>
    public string ModelName => $"prompt/{Id}{(Version ?? Label) switch { { } selector => $"@{selector}", null => "" }}";

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static ManagedPrompt? Find(JsonFields dataSource)
    {
        if (dataSource.FindObject(Name) is not { } fields)
        {
            return null;
        }

        fields.Only("id", "version", "label");
        var version = fields.Find("version") is { ValueKind: JsonValueKind.Number } ? $"{fields.FindInteger("version", 1, int.MaxValue)}" : fields.FindText("version", MaxLength);
        var prompt = new ManagedPrompt(fields.Text("id", MaxLength), version, fields.FindText("label", MaxLength));
        return version is not null && !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? throw JsonFields.Invalid($"'{fields.At("version")}' must be a version's number.", fields.At("version"))
            : version is not null && prompt.Label is not null ? throw JsonFields.Invalid($"Give one of '{fields.At("version")}' and '{fields.At("label")}'.", fields.At("label"))
            : prompt;
    }

    /// <summary>Refuses one where nobody is asked.</summary>
    /// <exception cref="ApiException">There is one (400).</exception>
    public static void Refuse(JsonFields dataSource)
    {
        if (dataSource.Find(Name) is not null)
        {
            throw JsonFields.Invalid($"'{Name}' is for models that are asked, and recorded outputs are not.", dataSource.At(Name));
        }
    }

    /// <summary>The member of a request.</summary>
    public void Write(Utf8JsonWriter writer, JsonElement item)
    {
        writer.WriteStartObject(Name);
        writer.WriteString("id", Id);
        WriteIf(writer, "version", Version);
        WriteIf(writer, "label", Label);
        if (item.TryGetProperty(Name, out var logged) && logged.ValueKind == JsonValueKind.Object
            && logged.TryGetProperty("variables", out var variables) && variables.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("variables");
            variables.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
