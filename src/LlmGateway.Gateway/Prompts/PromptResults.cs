using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmGateway.Gateway.Prompts;

/// <summary>
/// JSON of answers about prompts. Texts are shown as they are, in any script: only what JSON itself demands is escaped, as these
/// answers never stand in a page of HTML.
/// </summary>
internal static class PromptResults
{
    public static GatewayJsonContext Json { get; } =
        new(new JsonSerializerOptions(GatewayJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
