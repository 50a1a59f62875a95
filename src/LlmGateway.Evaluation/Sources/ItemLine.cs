using System.Text.Json;
using LlmGateway.Evaluation.Sampling;

namespace LlmGateway.Evaluation.Sources;

/// <summary>An item with its sample, as OpenAI writes it: <c>{"item": {…}, "sample": {…}}</c>.</summary>
internal static class ItemLine
{
    public static SourcedItem Read(JsonElement line, int index)
    {
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("item", out var item) || item.ValueKind != JsonValueKind.Object)
        {
            throw new SourceException("""expected {"item": {…}}, with "sample" beside it where outputs are recorded""");
        }

        if (line.TryGetProperty("sample", out var sample) && sample.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw new SourceException("\"sample\" must be an object");
        }

        return new SourcedItem(index, item.Clone(), sample.ValueKind == JsonValueKind.Object ? sample.Clone() : null);
    }
}
