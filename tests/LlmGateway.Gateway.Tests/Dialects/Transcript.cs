using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What a provider answers in a case, by its documentation.</summary>
internal static class Transcript
{
    public static readonly string[] Providers = ["openai", "azure", "anthropic", "gemini", "compatible"];

    public static readonly string[] Cases = ["plain", "stream", "tools", "parallel", "structured", "image", "error", "cut"];

    public static UpstreamScript Read(string provider, string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Dialects", "Transcripts", provider);
        var file = Directory.GetFiles(folder, $"{name}.*").Single();
        var text = File.ReadAllText(file);
        return file.EndsWith(".sse", StringComparison.Ordinal) ? DialectGateway.Sse(text)
            : name == "error" ? DialectGateway.Json(text, int.Parse(Path.GetFileName(file).Split('.')[1], System.Globalization.CultureInfo.InvariantCulture))
            : DialectGateway.Json(text);
    }
}
