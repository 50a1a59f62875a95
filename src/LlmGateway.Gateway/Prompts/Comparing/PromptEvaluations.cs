using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Comparing;

/// <summary>Runs of evals that called a version by name, read from the service that owns them in the caller's name.</summary>
internal sealed class PromptEvaluations(IHttpClientFactory clients)
{
    public const string ClientName = "gateway.evaluation";

    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri("http://evaluation");

        // A diff does not wait for it.
        client.Timeout = TimeSpan.FromSeconds(2);
        client.MaxResponseContentBufferSize = 4 << 20;
    }

    /// <returns>Null when the service is away or there is none.</returns>
    public async Task<VersionEvaluations?> FindAsync(Caller caller, Prompt prompt, int from, int to, CancellationToken cancellationToken)
    {
        try
        {
            return new VersionEvaluations(
                await ListAsync(caller, prompt, from, cancellationToken), await ListAsync(caller, prompt, to, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(Caller caller, Prompt prompt, int version, CancellationToken cancellationToken)
    {
        var names = (string[])[prompt.Name, prompt.Id];
        var query = string.Join('&', names.Select(name => $"model={Uri.EscapeDataString($"{PromptReference.ModelPrefix}{name}@{version}")}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/internal/runs?{query}");
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var page = await response.Content.ReadFromJsonAsync(PromptRequestJson.Default.JsonElement, cancellationToken);
        return [.. page.GetProperty("data").EnumerateArray()];
    }
}
