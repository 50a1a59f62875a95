using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmGateway.OpenAI;

/// <summary>The wire types' JSON, ready to use.</summary>
public static class OpenAIJson
{
    /// <summary>
    /// Snake case, null members left out unless a type says otherwise; read-only. Only what JSON itself demands is
    /// escaped: these bodies are read by people and programs, and never stand in a page of HTML.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = new OpenAIJsonContext(
        new JsonSerializerOptions(OpenAIJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Options;

    /// <summary>How a wire type is read and written.</summary>
    /// <exception cref="NotSupportedException">The type is not one of <see cref="OpenAIJsonContext"/>'s.</exception>
    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
