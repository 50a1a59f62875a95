using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Tests.Sources;

namespace LlmGateway.Retrieval.Tests.Routing;

/// <summary>The service with a store and a source of the project <c>proj_a</c>, and queries that belong to them or to neither.</summary>
public sealed class RouterFixture : IAsyncLifetime
{
    public const string Path = "/v1/retrieval/routers";

    private readonly ShopFile _shop = new();

    internal RetrievalHost Host { get; private set; } = null!;

    internal string Store { get; private set; } = "";

    internal string Source { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Host = await RetrievalHost.StartAsync(null, ("Retrieval:Connections:shop:ConnectionString", _shop.ConnectionString), ("Retrieval:Connections:shop:Projects:0", "*"));
        Store = await Host.CreateStoreAsync();
        Source = await MakeSourceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _shop.Dispose();
    }

    /// <returns>The source's id.</returns>
    internal async Task<string> MakeSourceAsync() =>
        (await Host.Http.PostJsonAsync("/v1/retrieval/sources", new { name = "orders", connection = "shop", tables = new[] { new { name = "orders" } } })).Text("id");

    internal Task<JsonElement> MakeAsync(object[]? routes = null, HttpClient? client = null) =>
        (client ?? Host.Http).PostJsonAsync(Path, new { name = "support", routes = routes ?? Routes(), examples = Examples() });

    internal Task<JsonElement> RouteAsync(JsonElement router, string query) => Host.Http.PostJsonAsync($"{Path}/{router.Text("id")}/route", new { query });

    internal object[] Routes(string? store = null, string? source = null) =>
    [
        new { label = "manual", vector_store_id = store ?? Store, description = "How devices work" },
        new { label = "orders", source_id = source ?? Source },
        new { label = "chat" },
    ];

    /// <summary>Twenty of each of the labels.</summary>
    internal static List<Labelled> Examples() =>
    [
        .. Enumerable.Range(0, 20).SelectMany(number => new Labelled[]
        {
            new($"How do I reset the {Device(number)}?", "manual"), new($"Where is my order {number * 31}?", "orders"), new($"Good {Time(number)} dear assistant", "chat"),
        }),
    ];

    private static string Device(int number) => ((string[])["printer", "router", "phone", "screen"])[number % 4];

    private static string Time(int number) => ((string[])["morning", "evening", "day"])[number % 3];
}

/// <summary>An example as requests have it.</summary>
internal sealed record Labelled([property: JsonPropertyName("query")] string Query, [property: JsonPropertyName("label")] string Label);
