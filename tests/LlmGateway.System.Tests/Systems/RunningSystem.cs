using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using LlmGateway.TestKit.Upstream;
using OpenAI;

namespace LlmGateway.System.Tests;

/// <summary>
/// The whole system as its callers know it, whichever way it was started: one provider, <c>test</c>, which is a real
/// upstream, and one or more gateways in front of it.
/// </summary>
public abstract class RunningSystem(UpstreamServer upstream) : IAsyncDisposable
{
    public const string AdminKey = HostProgram.AdminKey;

    /// <summary>A model of the provider that costs <see cref="UsdPerMillion"/> dollars for a million tokens, in or out.</summary>
    public const string PricedModel = "test/gpt-priced";
    public const decimal UsdPerMillion = 2;

    /// <summary>A model of a provider of Anthropic's kind, which is the same server.</summary>
    public const string ClaudeModel = "claude/claude-sonnet-4-5";

    /// <summary>A model of the provider without structured answers of its own.</summary>
    public const string PromptedModel = "test/gpt-prompted";

    /// <summary>A model of a provider at the same address that has chat completions only.</summary>
    public const string TranslatedModel = "translated/gpt-chat";

    private readonly List<HttpClient> _clients = [];

    public UpstreamServer Upstream { get; } = upstream;

    /// <summary>Every gateway; callers may use any of them.</summary>
    public abstract IReadOnlyList<Uri> Gateways { get; }

    /// <summary>A database that every project may ask as the connection <c>shop</c>; a test puts tables in it.</summary>
    public abstract string ShopConnection { get; }

    /// <summary>The first gateway.</summary>
    public Uri BaseUrl => Gateways[0];

    /// <summary>Talks to the first gateway, signed in with the admin key.</summary>
    public HttpClient Http => field ??= ClientOf(BaseUrl);

    /// <summary>The official SDK, pointed at the first gateway as an application would; it does not try again by itself.</summary>
    public OpenAIClient Sdk => new(
        new ApiKeyCredential(AdminKey),
        new OpenAIClientOptions { Endpoint = new Uri(BaseUrl, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    /// <summary>A client of one address, signed in; it lives as long as the system.</summary>
    /// <param name="address">A gateway's, or a service's own.</param>
    /// <param name="key">An API key or a token; null for none.</param>
    public HttpClient ClientOf(Uri address, string? key = AdminKey)
    {
        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    public virtual async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The environment of a retrieval service that may ask <see cref="ShopConnection"/>.</summary>
    protected Dictionary<string, string> ShopSettings() => new()
    {
        ["Retrieval__Connections__shop__ConnectionString"] = ShopConnection,
        ["Retrieval__Connections__shop__Projects__0"] = "*",
    };

    /// <summary>The environment of a gateway that has the provider.</summary>
    protected Dictionary<string, string> ProviderSettings() => new()
    {
        ["Gateway__Providers__test__BaseUrl"] = Upstream.BaseUrl.ToString(),
        ["Gateway__Providers__test__ApiKey"] = "sk-upstream-secret",
        ["Gateway__Providers__claude__Kind"] = "Anthropic",
        ["Gateway__Providers__claude__BaseUrl"] = Upstream.BaseUrl.GetLeftPart(UriPartial.Authority),
        ["Gateway__Providers__claude__ApiKey"] = "sk-ant-upstream-secret",
        ["Gateway__Providers__claude__Models__0"] = "claude-sonnet-4-5",
        ["Gateway__Providers__test__StoresResponses"] = "true",
        ["Gateway__Providers__translated__BaseUrl"] = Upstream.BaseUrl.ToString(),
        ["Gateway__Providers__translated__Operations__0"] = "chat/completions",
        ["Gateway__Providers__translated__Models__0"] = TranslatedModel[(TranslatedModel.IndexOf('/', StringComparison.Ordinal) + 1)..],
        [$"Gateway__Models__{PricedModel}__InputUsdPerMillion"] = $"{UsdPerMillion}",
        [$"Gateway__Models__{PricedModel}__OutputUsdPerMillion"] = $"{UsdPerMillion}",
        [$"Gateway__Models__{PromptedModel}__StructuredOutput"] = "Prompted",
    };
}
