using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Batches;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Gateway.Routes;
using LlmGateway.Gateway.SemanticCaching;
using LlmGateway.Gateway.Shadows;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Gateway.Structured;

namespace LlmGateway.Gateway;

/// <summary>The gateway's configuration. Providers, models and routes are reloaded when the file changes.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    private Dictionary<string, RouteOptions> _routes = new(StringComparer.Ordinal);

    /// <summary>Providers by name; the name stands before the slash in <c>provider/model</c>.</summary>
    public Dictionary<string, ProviderOptions> Providers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What is known of single models, by <c>provider/model</c>: overrides the price table.</summary>
    public Dictionary<string, ModelOptions> Models { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Aliases: names that callers use, each for one model or for groups of deployments.</summary>
    public Dictionary<string, RouteOptions> Routes
    {
        get => _routes;
        init => _routes = value;
    }

    /// <summary>Provider that <c>images/*</c>, <c>audio/*</c>, <c>moderations</c> and <c>realtime</c> go to; by default the first OpenAI-compatible one that is not local.</summary>
    public string? DefaultProvider { get; set; }

    /// <summary>Largest JSON request body, in bytes; the default is 32 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int MaxRequestBytes { get; set; } = 32 << 20;

    /// <summary>Largest request headers, in bytes; the default is 32 KiB. Beyond twice this size the connection is refused unread.</summary>
    [Range(1024, 1 << 20)]
    public int MaxHeaderBytes { get; set; } = 32 << 10;

    /// <summary>Longest silence of a provider, before or between bytes, where no timer says; the default is 10 minutes, for models that think long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Timers of all calls, where nothing more specific says.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>Retries of all calls, where the route does not say; none by default.</summary>
    public RetryOptions? Retries { get; set; }

    /// <summary>
    /// How long the events that a stream begins with, and that say nothing yet, are held back, so that another deployment can still answer;
    /// the default is 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StartupHold { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The spool that every finished call is appended to.</summary>
    public SpoolOptions Spool { get; init; } = new();

    /// <summary>The response cache.</summary>
    public ResponseCacheOptions Cache { get; init; } = new();

    /// <summary>Mirrored calls. Read at the start.</summary>
    public ShadowOptions Shadows { get; init; } = new();

    /// <summary>Batches. Read at the start.</summary>
    public BatchOptions Batches { get; init; } = new();

    /// <summary>Responses in the background. Read at the start.</summary>
    public BackgroundOptions Background { get; init; } = new();

    /// <summary>Managed prompts.</summary>
    public PromptOptions Prompts { get; init; } = new();

    /// <summary>Guardrails' limits and webhooks.</summary>
    public GuardrailOptions Guardrails { get; init; } = new();

    /// <summary>What is looked up for requests and prompts.</summary>
    public RetrievalOptions Retrieval { get; init; } = new();

    /// <summary>What all semantic caches share.</summary>
    public SemanticCachingOptions SemanticCaching { get; init; } = new();

    /// <summary>How limits are kept.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>The same options with other routes.</summary>
    internal GatewayOptions WithRoutes(Dictionary<string, RouteOptions> routes)
    {
        var copy = (GatewayOptions)MemberwiseClone();
        copy._routes = routes;
        return copy;
    }
}

/// <summary>An upstream.</summary>
public sealed class ProviderOptions
{
    /// <summary>How its paths and key are sent.</summary>
    public ProviderKind Kind { get; set; } = ProviderKind.OpenAI;

    /// <summary>Up to and with the version, such as <c>https://api.openai.com/v1</c>; for Azure the resource's address.</summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    /// <summary>Its secret; null for a provider that wants none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Several secrets that take turns; one that is refused or limited rests. <see cref="ApiKey"/> is one more, the first.</summary>
    public List<string> ApiKeys { get; init; } = [];

    /// <summary>Timers of its calls.</summary>
    public TimeoutOptions? Timeouts { get; set; }

    /// <summary>When one of its deployments is left alone for a while.</summary>
    public BreakerOptions Breaker { get; init; } = new();

    /// <summary>Most connections to it at a time; null for no limit.</summary>
    [Range(1, 100_000)]
    public int? MaxConnections { get; set; }

    /// <summary>Azure's <c>api-version</c>; null for its <c>/openai/v1</c> paths.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Anthropic's <c>anthropic-version</c>, where the caller sends none; the default is 2023-06-01.</summary>
    public string AnthropicVersion { get; set; } = "2023-06-01";

    /// <summary>
    /// The operations that it has, by their paths: <c>chat/completions</c>, <c>completions</c>, <c>responses</c>, <c>embeddings</c>,
    /// <c>messages</c>. Calls of others are translated. Empty for its kind's: Anthropic's is <c>messages</c>, every other's all but that.
    /// </summary>
    public List<string> Operations { get; init; } = [];

    /// <summary>
    /// Whether it remembers the responses that it made, and is sent <c>previous_response_id</c> as it is; for others the gateway sends the
    /// earlier turns. Null for what its address says: OpenAI's own API and Azure's do, compatible servers do not.
    /// </summary>
    public bool? StoresResponses { get; set; }

    /// <summary>What becomes of a parameter that it has no counterpart for, where a call is translated and the route does not say.</summary>
    public UnsupportedParameters UnsupportedParameters { get; set; } = UnsupportedParameters.Drop;

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

    /// <summary>Anthropic: <c>x-api-key</c>, <c>anthropic-version</c>.</summary>
    Anthropic,

    /// <summary>A service of this system: an internal token.</summary>
    Internal,
}

/// <summary>What is known of one model. Its rates here hold always; null is unknown.</summary>
public sealed class ModelOptions : PriceRates
{
    /// <summary>Its rates where they change with time, instead of those beside this; each day has at most one.</summary>
    public List<DatedPrice> Prices { get; init; } = [];

    /// <summary>Tokens of its window, input and answer together; null for what is shipped, or unknown.</summary>
    [Range(1, 100_000_000)]
    public int? ContextTokens { get; set; }

    /// <summary>The limit of an answer's tokens where the caller sets none and the provider's API demands one, as Anthropic's does; null for 4,096.</summary>
    [Range(1, 100_000_000)]
    public int? MaxTokens { get; set; }

    /// <summary>Whether it takes <c>reasoning_effort</c>, which translated calls must know; null for what its name says.</summary>
    public bool? ReasoningEffort { get; set; }

    /// <summary>How it comes by structured answers; null for its provider's way.</summary>
    public StructuredOutputSupport? StructuredOutput { get; set; }
}

/// <summary>An alias. As JSON, at <c>/v1/routes</c>, its members are written in snake case, and times in milliseconds.</summary>
public class RouteOptions
{
    /// <summary>The <c>provider/model</c> it stands for; with groups, what a request gets that meets no group's conditions.</summary>
    public string Model { get; set; } = "";

    /// <summary>Deployments that stand in for one another, for the requests that meet a group's conditions.</summary>
    public List<RouteGroupOptions> Groups { get; init; } = [];

    /// <summary>Routes or models that answer, in this order, when every deployment failed.</summary>
    public List<string> Fallbacks { get; init; } = [];

    /// <summary>Routes or models that answer when the request is too long for the model.</summary>
    public List<string> ContextFallbacks { get; init; } = [];

    /// <summary>Routes or models that answer when the provider refuses the request for its content.</summary>
    public List<string> ContentPolicyFallbacks { get; init; } = [];

    /// <summary>Retries at the same deployment; null for the gateway's.</summary>
    public RetryOptions? Retries { get; set; }

    /// <summary>Timers of its calls.</summary>
    public TimeoutOptions? Timeouts { get; set; }

    /// <summary>Which answers are cached.</summary>
    public CachePolicy Cache { get; set; } = CachePolicy.Deterministic;

    /// <summary>How long; null for the cache's default.</summary>
    public TimeSpan? CacheTtl { get; set; }

    /// <summary>What becomes of parameters that the provider has no counterpart for; null for what its provider says.</summary>
    public UnsupportedParameters? UnsupportedParameters { get; set; }
}
