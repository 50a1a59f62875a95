using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.PreviousResponses;

internal static class PreviousResponseRegistration
{
    public static void AddPreviousResponses(this IServiceCollection services)
    {
        services.AddHttpClient(ResponseLog.ClientName, ResponseLog.Configure).AddInternalToken(ServiceNames.Datasets);
        services.AddSingleton<ResponseLog>();
        services.AddSingleton<EarlierConversations>();
    }
}
