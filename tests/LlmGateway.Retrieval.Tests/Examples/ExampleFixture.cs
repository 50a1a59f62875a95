using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Retrieval.Tests.Examples;

/// <summary>The service beside a server that has a dataset, <c>ds_1</c>, and embeds.</summary>
public sealed class ExampleFixture : IAsyncLifetime
{
    private static readonly (string Id, string Input, string? Label)[] Items =
    [
        ("i1", "My card has not arrived yet", "card_arrival"),
        ("i2", "When will my new card arrive?", "card_arrival"),
        ("i3", "The card was declined at the shop", "declined_payment"),
        ("i4", "Why was my card payment declined", "declined_payment"),
        ("i5", "How do I change my pin", "change_pin"),
        ("i6", "What is the exchange rate", null),
    ];

    private readonly ConcurrentDictionary<string, int> _exports = new();
    private WebApplication _others = null!;

    internal RetrievalHost Host { get; private set; } = null!;

    /// <summary>How often a version was read.</summary>
    public int ExportsOf(string version) => _exports.GetValueOrDefault(version);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _others = builder.Build();
        _others.Run(ServeAsync);
        await _others.StartAsync();
        Host = await RetrievalHost.StartAsync(
            settings: [("services:gateway:http:0", _others.Urls.First()), ("services:datasets:http:0", _others.Urls.First())]);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _others.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        switch (context.Request.Path.Value!.Split('/'))
        {
            case [_, "v1", "datasets", "ds_1", "versions", "latest"]:
                await context.Response.WriteAsJsonAsync(new { id = "dsv_7" });
                break;
            case [_, "v1", "datasets", "ds_1", "versions", ("3" or "dsv_7") and var version, "export"]:
                _exports.AddOrUpdate(version, 1, (_, count) => count + 1);
                context.Response.Headers["x-llmgateway-dataset-version"] = "dsv_7";
                await context.Response.WriteAsync(string.Concat(Items.Select(item => JsonSerializer.Serialize(new { id = item.Id, input = item.Input, reference = item.Label }) + "\n")));
                break;
            case [_, "v1", "embeddings"]:
                var request = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
                await context.Response.WriteAsJsonAsync(new
                {
                    @object = "list",
                    model = "m",
                    usage = new { prompt_tokens = 1, total_tokens = 1 },
                    data = request.GetProperty("input").EnumerateArray().Select((text, index) => new { @object = "embedding", index, embedding = Embed(text.GetString()!) }),
                });
                break;
            default:
                context.Response.StatusCode = (int)HttpStatusCode.NotFound;
                break;
        }
    }

    private static string Embed(string text)
    {
        float[] vector = text.Contains("pin", StringComparison.Ordinal) ? [1, 0] : [0, 1];
        return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector));
    }
}
