using System.Collections.Concurrent;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Structured;

namespace LlmGateway.Gateway.Models;

/// <summary>A configured provider, ready to be called.</summary>
internal sealed record Provider(string Name, ProviderKind Kind, string BaseUrl, string? ApiKey, string? ApiVersion, bool StreamUsage)
{
    /// <summary>The address of an operation such as <c>chat/completions</c> for a model.</summary>
    public Uri Address(string path, string? model, string query = "") => Kind == ProviderKind.Azure && ApiVersion is not null && model is not null
        ? new Uri($"{BaseUrl}/openai/deployments/{Uri.EscapeDataString(model)}/{path}?api-version={Uri.EscapeDataString(ApiVersion)}")
        : new Uri(Kind == ProviderKind.Azure ? $"{BaseUrl}/openai/v1/{path}{query}" : $"{BaseUrl}/{path}{query}");
}

/// <summary>Where a call goes: a provider and the name that the model has there.</summary>
internal sealed class Deployment(Provider provider, string model, CachePolicy cache, TimeSpan cacheTtl, StructuredOutputSupport structuredOutput = StructuredOutputSupport.Native)
{
    private readonly ConcurrentDictionary<Operation, Uri> _addresses = new();

    public Provider Provider { get; } = provider;

    public string Model { get; } = model;

    public CachePolicy Cache { get; } = cache;

    public TimeSpan CacheTtl { get; } = cacheTtl;

    public StructuredOutputSupport StructuredOutput { get; } = structuredOutput;

    /// <summary><c>provider/model</c>.</summary>
    public string Name { get; } = $"{provider.Name}/{model}";

    /// <summary>Where an operation is called; made once.</summary>
    public Uri Address(Operation operation) =>
        _addresses.GetOrAdd(operation, static (operation, deployment) => deployment.Provider.Address(operation.Path, deployment.Model), this);
}
