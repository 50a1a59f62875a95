using System.ComponentModel.DataAnnotations;

namespace LlmGateway.FineTuning.Backends;

/// <summary>A place where models are trained by OpenAI's fine-tuning API.</summary>
public sealed class BackendOptions
{
    /// <summary>With its version, such as <c>https://api.openai.com/v1</c>.</summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    /// <summary>Sent as a bearer token; null for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Whether it is a service of this system, which gets an internal token instead of a key. The default is false.</summary>
    public bool Internal { get; set; }

    /// <summary>Base models that are meant for it when a request names them without its name, such as <c>gpt-4o-mini</c>. Empty by default.</summary>
    public List<string> Models { get; init; } = [];

    /// <summary>The gateway's provider that serves what it trains; null, the default, means the provider of its own name.</summary>
    public string? Provider { get; set; }
}
