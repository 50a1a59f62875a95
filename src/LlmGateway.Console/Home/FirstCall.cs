using Microsoft.AspNetCore.Components;

namespace LlmGateway.Console.Home;

/// <summary>The request that an empty system wants first.</summary>
internal static class FirstCall
{
    /// <param name="address">Of the page; the API is at the same place.</param>
    /// <param name="model">A model that the key may call.</param>
    public static string Example(NavigationManager address, string model = "local/chat") => $$"""
        curl {{BaseUrl(address)}}/chat/completions \
          -H "Authorization: Bearer $API_KEY" -H "Content-Type: application/json" \
          -d '{"model": "{{model}}", "messages": [{"role": "user", "content": "Hello"}]}'
        """;

    /// <summary>What an OpenAI client is given as its base URL.</summary>
    public static string BaseUrl(NavigationManager address) => new Uri(new Uri(address.BaseUri), "/v1").ToString();
}
