using System.Text.Json;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Models;

/// <summary>Asks providers for their model lists in the background; a start never waits for it.</summary>
internal sealed partial class ModelListRefresher(
    ModelCatalog catalog, IHttpClientFactory clients, InternalToken tokens, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<ModelListRefresher> logger) : BackgroundService
{
    public const string ClientName = "model-lists";
    private const int MaxModels = 5000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var providers = catalog.Table.Providers.Where(catalog.Table.MustAsk);
            await Task.WhenAll(providers.Select(provider => RefreshAsync(provider, stoppingToken)));
            await Task.Delay(_failing.Count > 0 ? RetryPeriod : Period, time, stoppingToken);
        }
    }

    private async Task RefreshAsync(Provider provider, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            catalog.SetList(provider.Name, await FetchAsync(provider, limit.Token));
            lock (_failing)
            {
                _failing.Remove(provider.Name);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or OperationCanceledException or InvalidOperationException)
        {
            lock (_failing)
            {
                if (!cancellationToken.IsCancellationRequested && _failing.Add(provider.Name))
                {
                    LogUnavailable(provider.Name, exception.GetType().Name);
                }
            }
        }
    }

    private async Task<IReadOnlyList<string>> FetchAsync(Provider provider, CancellationToken cancellationToken)
    {
        // Anthropic lists twenty unless more are asked for.
        var query = provider.Kind == ProviderKind.Anthropic ? "?limit=1000" : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.Address("models", null, query));
        if (provider.Kind == ProviderKind.Anthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", provider.AnthropicVersion);
        }

        ProviderCredentials.Put(request, provider, tokens);
        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var list = await JsonSerializer.DeserializeAsync(body, OpenAIJsonContext.Default.ModelList, cancellationToken);
        return list?.Data.Select(model => model.Id).Take(MaxModels).ToList() ?? [];
    }

    [LoggerMessage(1201, LogLevel.Warning, "Provider {Provider} gave no model list ({Reason}); its models still work as '{Provider}/<model>'. Trying again every 30 s")]
    private partial void LogUnavailable(string provider, string reason);
}
