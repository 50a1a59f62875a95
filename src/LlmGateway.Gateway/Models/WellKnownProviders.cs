using Microsoft.Extensions.Configuration;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// Providers that need no configuration but their own environment variable. Each entry is the provider's public address as its
/// documentation gives it, OpenAI-compatible but for Anthropic's; a configured provider of the same name wins. Of the compatible
/// ones only OpenAI itself is taken to have responses: calls of others' are translated.
/// </summary>
internal static class WellKnownProviders
{
    private static readonly (string Name, string KeyVariable, string UrlVariable, string BaseUrl)[] Known =
    [
        ("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL", "https://api.openai.com/v1"),
        ("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
        ("gemini", "GEMINI_API_KEY", "GEMINI_BASE_URL", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("mistral", "MISTRAL_API_KEY", "MISTRAL_BASE_URL", "https://api.mistral.ai/v1"),
        ("groq", "GROQ_API_KEY", "GROQ_BASE_URL", "https://api.groq.com/openai/v1"),
        ("deepseek", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", "https://api.deepseek.com/v1"),
        ("xai", "XAI_API_KEY", "XAI_BASE_URL", "https://api.x.ai/v1"),
        ("together", "TOGETHER_API_KEY", "TOGETHER_BASE_URL", "https://api.together.xyz/v1"),
        ("fireworks", "FIREWORKS_API_KEY", "FIREWORKS_BASE_URL", "https://api.fireworks.ai/inference/v1"),
        ("openrouter", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL", "https://openrouter.ai/api/v1"),
    ];

    private static readonly string[] Compatible = ["chat/completions", "completions", "embeddings"];

    public static void AddTo(GatewayOptions options, IConfiguration configuration)
    {
        foreach (var (name, keyVariable, urlVariable, baseUrl) in Known)
        {
            if (configuration[keyVariable] is { Length: > 0 } key && !options.Providers.ContainsKey(name))
            {
                var url = configuration[urlVariable] is { Length: > 0 } custom ? custom : baseUrl;
                options.Providers[name] = name switch
                {
                    "openai" => new ProviderOptions { BaseUrl = url, ApiKey = key },
                    "anthropic" => new ProviderOptions { Kind = ProviderKind.Anthropic, BaseUrl = url, ApiKey = key },
                    _ => new ProviderOptions { BaseUrl = url, ApiKey = key, Operations = [.. Compatible] },
                };
            }
        }

        AddAzure(options, configuration);
        if (configuration["OLLAMA_HOST"] is { Length: > 0 } ollama && !options.Providers.ContainsKey("ollama"))
        {
            var address = ollama.Contains("://", StringComparison.Ordinal) ? ollama : $"http://{ollama}";
            options.Providers["ollama"] = new ProviderOptions { BaseUrl = $"{address.TrimEnd('/')}/v1", Operations = [.. Compatible] };
        }
    }

    private static void AddAzure(GatewayOptions options, IConfiguration configuration)
    {
        if (configuration["AZURE_OPENAI_API_KEY"] is { Length: > 0 } key
            && configuration["AZURE_OPENAI_ENDPOINT"] is { Length: > 0 } endpoint
            && !options.Providers.ContainsKey("azure"))
        {
            options.Providers["azure"] = new ProviderOptions
            {
                Kind = ProviderKind.Azure,
                BaseUrl = endpoint,
                ApiKey = key,
                ApiVersion = configuration["OPENAI_API_VERSION"],
            };
        }
    }
}
