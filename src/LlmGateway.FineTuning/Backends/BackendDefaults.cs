using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Backends;

/// <summary>The backends that need no configuration of their own.</summary>
internal sealed class BackendDefaults(IConfiguration configuration) : IPostConfigureOptions<FineTuningOptions>
{
    public const string Local = "local";
    public const string OpenAI = "openai";

    public void PostConfigure(string? name, FineTuningOptions options)
    {
        options.Backends.TryAdd(Local, new BackendOptions { BaseUrl = "http://local-model/internal/local-model/v1", Internal = true });
        if (configuration["OPENAI_API_KEY"] is { Length: > 0 } key)
        {
            var address = configuration["OPENAI_BASE_URL"] is { Length: > 0 } custom ? custom : "https://api.openai.com/v1";
            options.Backends.TryAdd(OpenAI, new BackendOptions { BaseUrl = address, ApiKey = key });
        }
    }
}
