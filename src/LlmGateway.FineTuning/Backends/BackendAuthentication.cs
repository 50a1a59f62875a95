using System.ClientModel.Primitives;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Backends;

/// <summary>Says who asks: an internal token to our own services, Azure's header and version, a bearer token, or nothing.</summary>
internal sealed class BackendAuthentication(BackendOptions options, InternalToken tokens) : AuthenticationPolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Sign(message.Request);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Sign(message.Request);
        return ProcessNextAsync(message, pipeline, currentIndex);
    }

    private void Sign(PipelineRequest request)
    {
        if (options.ApiVersion is { } version)
        {
            var address = new UriBuilder(request.Uri!);
            address.Query = $"{address.Query.TrimStart('?')}&api-version={Uri.EscapeDataString(version)}".TrimStart('&');
            request.Uri = address.Uri;
        }

        if (options.Internal)
        {
            request.Headers.Set("Authorization", $"Bearer {tokens.IssueForService(ServiceNames.LocalModel)}");
        }
        else if (options.ApiKey is { } key)
        {
            request.Headers.Set(options.ApiVersion is null ? "Authorization" : "api-key", options.ApiVersion is null ? $"Bearer {key}" : key);
        }
    }
}
