using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Recording;

/// <summary>The text that a model wrote, for counting it: contents, refusals, tool arguments.</summary>
internal static class AnswerText
{
    public static bool TryRead(ReadOnlyMemory<byte> json, out string text)
    {
        var builder = new StringBuilder();
        try
        {
            using var document = JsonDocument.Parse(json);
            Collect(document.RootElement, builder);
        }
        catch (JsonException)
        {
            text = "";
            return false;
        }

        text = builder.ToString();
        return true;
    }

    private static void Collect(JsonElement element, StringBuilder builder)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, builder);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String && member.Name is "content" or "text" or "refusal" or "arguments")
                {
                    builder.Append(member.Value.ToString());
                }
                else
                {
                    Collect(member.Value, builder);
                }
            }
        }
    }
}
