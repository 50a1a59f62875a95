using LlmGateway.Gateway.Retrieval.FileSearch;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Retrieval;

internal static class RetrievalRegistration
{
    public static void AddRetrievalLookup(this IServiceCollection services)
    {
        services.AddHttpClient(RetrievalClient.ClientName, RetrievalClient.Configure).AddInternalToken(ServiceNames.Retrieval);
        services.AddSingleton<RetrievalClient>();
        services.AddSingleton<RetrievalPatience>();
        services.AddSingleton<PassageLookup>();
        services.AddSingleton<ConversationQuery>();
    }
}
