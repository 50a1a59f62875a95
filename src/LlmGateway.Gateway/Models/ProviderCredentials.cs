using System.Net.Http.Headers;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Models;

internal static class ProviderCredentials
{
    /// <summary>Puts a provider's credential on a request, in the header it wants.</summary>
    public static void Put(HttpRequestMessage request, Provider provider, InternalToken tokens)
    {
        switch (provider.Kind)
        {
            case ProviderKind.Internal:
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.IssueForService(ServiceNames.LocalModel));
                break;
            case ProviderKind.Azure when provider.ApiKey is not null:
                request.Headers.TryAddWithoutValidation("api-key", provider.ApiKey);
                break;
            case ProviderKind.Anthropic when provider.ApiKey is not null:
                request.Headers.TryAddWithoutValidation("x-api-key", provider.ApiKey);
                break;
            case ProviderKind.OpenAI when provider.ApiKey is not null:
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {provider.ApiKey}");
                break;
            default:
                break;
        }
    }
}
