using System.ComponentModel.DataAnnotations;

namespace LlmGateway.FineTuning.Backends;

/// <summary>How a backend is driven.</summary>
public enum BackendKind
{
    /// <summary>By OpenAI's fine-tuning API, which others have too.</summary>
    OpenAI,

    /// <summary>By starting a program on this machine.</summary>
    Command,
}

/// <summary>A place where models are trained.</summary>
public sealed class BackendOptions
{
    /// <summary>Whether it is reached by OpenAI's fine-tuning API, or is a program on this machine, set by <see cref="Trainer"/>. The default is OpenAI.</summary>
    public BackendKind Kind { get; set; }

    /// <summary>
    /// With its version, such as <c>https://api.openai.com/v1</c>, or for Azure <c>https://name.openai.azure.com/openai/v1</c>
    /// (with an <see cref="ApiVersion"/> of a date: <c>https://name.openai.azure.com/openai</c>). Not for a command.
    /// </summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>Sent as a bearer token, or as Azure's header where there is an <see cref="ApiVersion"/>; null for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Azure's, such as <c>2024-10-21</c>: sent with each request, with the key in the header <c>api-key</c>. Null, the default, for all others.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>How long an answer may take; an upload may take 15 minutes. The default is 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:15:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether it is a service of this system, which gets an internal token instead of a key. The default is false.</summary>
    public bool Internal { get; set; }

    /// <summary>Base models that are meant for it when a request names them without its name, such as <c>gpt-4o-mini</c>. Empty by default.</summary>
    public List<string> Models { get; init; } = [];

    /// <summary>The gateway's provider that serves what it trains; null, the default, means the provider of its own name.</summary>
    public string? Provider { get; set; }

    /// <summary>The program that trains, for a backend of the kind Command.</summary>
    public TrainerOptions Trainer { get; init; } = new();
}
