using System.Collections.Concurrent;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Structured;

namespace LlmGateway.Gateway.Models;

/// <summary>A configured provider, ready to be called.</summary>
internal sealed record Provider(string Name, ProviderKind Kind, string BaseUrl, string? ApiKey, string? ApiVersion, bool StreamUsage)
{
    /// <summary>Its keys, which take turns; <see cref="ApiKey"/> is the first.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Most connections to it at a time; null for no limit.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The provider with each of its keys; empty where it has one at most.</summary>
    public IReadOnlyList<Provider> ByKey { get; init; } = [];

    /// <summary>Anthropic's <c>anthropic-version</c>, where the caller sends none.</summary>
    public string AnthropicVersion { get; init; } = "2023-06-01";

    /// <summary>The operations that it has itself; calls of others are translated.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = ProviderOperations.Of(Kind);

    /// <summary>Whether it is OpenAI's own API, which has members that compatible servers do not know, and has dropped some that they need.</summary>
    public bool IsOpenAI { get; } = IsOpenAIsOwn(Kind, BaseUrl);

    /// <summary>Whether it remembers the responses that it made, so that a request may name one.</summary>
    public bool StoresResponses { get; init; }

    public static bool IsOpenAIsOwn(ProviderKind kind, string address) =>
        kind == ProviderKind.Azure || address.Contains("//api.openai.com/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The provider with one of its keys.</summary>
    public Provider WithKey(int index) => ByKey.Count == 0 ? this : ByKey[index];

    public bool Speaks(Operation operation)
    {
        // A loop: there are few, and this stands on the way of every call.
        foreach (var own in Operations)
        {
            if (own == operation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address of an operation such as <c>chat/completions</c> for a model.</summary>
    public Uri Address(string path, string? model, string query = "") => Kind == ProviderKind.Azure && ApiVersion is not null && model is not null
        ? new Uri($"{BaseUrl}/openai/deployments/{Uri.EscapeDataString(model)}/{path}?api-version={Uri.EscapeDataString(ApiVersion)}")
        : new Uri(Kind == ProviderKind.Azure ? $"{BaseUrl}/openai/v1/{path}{query}" : $"{BaseUrl}/{path}{query}");
}

/// <summary>Where a call goes: a provider and the name that the model has there.</summary>
internal sealed class Deployment(Provider provider, string model, CachePolicy cache, TimeSpan cacheTtl, StructuredOutputSupport structuredOutput = StructuredOutputSupport.Native)
{
    /// <summary>Most tokens of an answer where the caller sets no limit and the provider's API demands one.</summary>
    public const int DefaultMaxTokens = 4096;

    private readonly ConcurrentDictionary<Operation, Uri> _addresses = new();

    public Provider Provider { get; } = provider;

    public string Model { get; } = model;

    public CachePolicy Cache { get; } = cache;

    public TimeSpan CacheTtl { get; } = cacheTtl;

    public StructuredOutputSupport StructuredOutput { get; } = structuredOutput;

    /// <summary>What becomes of parameters that the provider has no counterpart for.</summary>
    public UnsupportedParameters UnsupportedParameters { get; init; }

    /// <summary>The limit of an answer's tokens where the caller sets none and the provider's API demands one.</summary>
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <summary>Whether the model takes <c>reasoning_effort</c>; null where its name tells.</summary>
    public bool? TakesReasoningEffort { get; init; }

    /// <summary><c>provider/model</c>.</summary>
    public string Name { get; } = $"{provider.Name}/{model}";

    /// <summary>Where an operation is called; made once.</summary>
    public Uri Address(Operation operation) =>
        _addresses.GetOrAdd(operation, static (operation, deployment) => deployment.Provider.Address(operation.Path, deployment.Model), this);
}
