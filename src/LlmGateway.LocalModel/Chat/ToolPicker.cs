using System.Globalization;
using System.Text.Json;
using LlmGateway.Text;

namespace LlmGateway.LocalModel;

/// <summary>Decides whether a tool is called, which, and with what.</summary>
internal static class ToolPicker
{
    // Below this a request and a tool share no more than a chance word. A guess: it was not tuned on data.
    private const float Resemblance = 0.12f;
    private static readonly JsonElement NoParameters = JsonDocument.Parse("""{"type":"object"}""").RootElement;

    public static ToolCall? Pick(Generation generation)
    {
        if (generation.Tools.Count == 0 || generation.ToolChoice == "none")
        {
            return null;
        }

        var request = Embedder.Embed(generation.LastUserText);
        var (tool, likeness) = generation.Tools
            .Select(tool => (tool, Vectors.Dot(request, Embedder.Embed($"{tool.Name.Replace('_', ' ')} {tool.Description}"))))
            .MaxBy(pair => pair.Item2);
        if (generation.ToolChoice is not ("auto" or "required"))
        {
            tool = generation.Tools.First(named => named.Name == generation.ToolChoice);
        }
        else if (generation.ToolChoice == "auto" && likeness < Resemblance)
        {
            return null;
        }

        var arguments = SchemaFiller.Fill(tool.Parameters ?? NoParameters, generation.LastUserText);
        var id = FeatureHash.Of($"{tool.Name}{arguments}{generation.Turns.Count}", 't').ToString("x8", CultureInfo.InvariantCulture);
        return new ToolCall($"call_local{id}", tool.Name, arguments);
    }
}
