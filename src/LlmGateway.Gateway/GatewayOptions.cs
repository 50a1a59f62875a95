using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Gateway.SemanticCaching;
using LlmGateway.Gateway.Shadows;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Gateway.Structured;

namespace LlmGateway.Gateway;

/// <summary>The gateway's configuration. Providers, models and routes are reloaded when the file changes.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Providers by name; the name stands before the slash in <c>provider/model</c>.</summary>
    public Dictionary<string, ProviderOptions> Providers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What is known of single models, by <c>provider/model</c>: overrides the price table.</summary>
    public Dictionary<string, ModelOptions> Models { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Aliases: names that callers use, each for one model and with a cache policy of its own.</summary>
    public Dictionary<string, RouteOptions> Routes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Provider that <c>images/*</c>, <c>audio/*</c>, <c>moderations</c> and <c>realtime</c> go to; by default the first OpenAI-compatible one that is not local.</summary>
    public string? DefaultProvider { get; set; }

    /// <summary>Largest JSON request body, in bytes; the default is 32 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int MaxRequestBytes { get; set; } = 32 << 20;

    /// <summary>Largest request headers, in bytes; the default is 32 KiB. Beyond twice this size the connection is refused unread.</summary>
    [Range(1024, 1 << 20)]
    public int MaxHeaderBytes { get; set; } = 32 << 10;

    /// <summary>Longest silence of a provider, before or between bytes; the default is 10 minutes, for models that think long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The spool that every finished call is appended to.</summary>
    public SpoolOptions Spool { get; init; } = new();

    /// <summary>The response cache.</summary>
    public ResponseCacheOptions Cache { get; init; } = new();

    /// <summary>Mirrored calls. Read at the start.</summary>
    public ShadowOptions Shadows { get; init; } = new();

    /// <summary>Managed prompts.</summary>
    public PromptOptions Prompts { get; init; } = new();

    /// <summary>Guardrails' limits and webhooks.</summary>
    public GuardrailOptions Guardrails { get; init; } = new();

    /// <summary>What is looked up for requests and prompts.</summary>
    public RetrievalOptions Retrieval { get; init; } = new();

    /// <summary>What all semantic caches share.</summary>
    public SemanticCachingOptions SemanticCaching { get; init; } = new();
}

/// <summary>An OpenAI-compatible upstream.</summary>
public sealed class ProviderOptions
{
    /// <summary>How its paths and key are sent.</summary>
    public ProviderKind Kind { get; set; } = ProviderKind.OpenAI;

    /// <summary>Up to and with the version, such as <c>https://api.openai.com/v1</c>; for Azure the resource's address.</summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    /// <summary>Its secret; null for a provider that wants none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Azure's <c>api-version</c>; null for its <c>/openai/v1</c> paths.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Models that it serves, for bare names and the list; asked of the provider in the background when empty.</summary>
    public List<string> Models { get; init; } = [];

    /// <summary>Whether streams are asked for their usage with <c>stream_options.include_usage</c>; the default is true.</summary>
    public bool StreamUsage { get; set; } = true;

    /// <summary>How its models come by structured answers, where <see cref="ModelOptions.StructuredOutput"/> does not say; the default is <see cref="StructuredOutputSupport.Native"/>.</summary>
    public StructuredOutputSupport StructuredOutput { get; set; } = StructuredOutputSupport.Native;
}

/// <summary>How a provider is spoken to.</summary>
public enum ProviderKind
{
    /// <summary>OpenAI's paths, <c>Authorization: Bearer</c>.</summary>
    OpenAI,

    /// <summary>Azure OpenAI: <c>/openai/deployments/{model}/…?api-version=…</c> (or <c>/openai/v1</c>), <c>api-key</c>.</summary>
    Azure,

    /// <summary>A service of this system: an internal token.</summary>
    Internal,
}

/// <summary>What is known of one model. Prices are in USD for a million tokens; null is unknown.</summary>
public sealed class ModelOptions
{
    [Range(0, 1_000_000)]
    public decimal? InputUsdPerMillion { get; set; }

    [Range(0, 1_000_000)]
    public decimal? CachedInputUsdPerMillion { get; set; }

    [Range(0, 1_000_000)]
    public decimal? OutputUsdPerMillion { get; set; }

    /// <summary>Tokens of its window, input and answer together; null for what is shipped, or unknown.</summary>
    [Range(1, 100_000_000)]
    public int? ContextTokens { get; set; }

    /// <summary>How it comes by structured answers; null for its provider's way.</summary>
    public StructuredOutputSupport? StructuredOutput { get; set; }
}

/// <summary>An alias.</summary>
public sealed class RouteOptions
{
    /// <summary>The <c>provider/model</c> it stands for.</summary>
    [Required]
    public string Model { get; set; } = "";

    /// <summary>Which answers are cached.</summary>
    public CachePolicy Cache { get; set; } = CachePolicy.Deterministic;

    /// <summary>How long; null for the cache's default.</summary>
    public TimeSpan? CacheTtl { get; set; }
}
