using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Spooling;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Experiments;

/// <summary>Experiments of one gateway, and calls of their route.</summary>
internal static class ExperimentCalls
{
    public const string Route = "test/original";
    public const string Treatment = "test/treatment";

    /// <summary>The control as the caller asks, and another model; half of the calls each.</summary>
    public static JsonObject Good() => JsonNode.Parse(
        """
        {"name": "try", "model": "test/original",
         "variants": [{"name": "control"}, {"name": "better", "model": "test/treatment"}],
         "goal": {"metric": "good", "effect": 0.05}}
        """)!.AsObject();

    /// <summary>Makes <see cref="Good"/> with some members in place of its own, and insists on success.</summary>
    public static async Task<JsonElement> ExperimentAsync(this InProcessGateway gateway, string members = "{}", string? key = null)
    {
        var body = Good();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        var (status, experiment) = await gateway.SendAsync(HttpMethod.Post, "/v1/experiments", body, key);
        Assert.True(status == 200, experiment.ToString());
        return experiment;
    }

    /// <summary>The variant that a call of the route was given; null for none.</summary>
    public static async Task<string?> VariantAsync(this InProcessGateway gateway, string episode, string? body = null, string path = "chat/completions", string? key = null)
    {
        body ??= $$$"""{"model": "{{{Route}}}", "temperature": 1, "messages": [{"role": "user", "content": "hi"}]}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(CallHeaders.EpisodeId, episode);
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return response.Headers.TryGetValues(CallHeaders.Variant, out var values) ? values.Single() : null;
    }

    public static async Task<JsonElement> ReadExperimentAsync(this InProcessGateway gateway, string name = "try") =>
        (await gateway.SendAsync(HttpMethod.Get, $"/v1/experiments/{name}")).Body;

    public static async Task<JsonElement[]> EventsAsync(this InProcessGateway gateway, string name = "try") =>
        [.. (await gateway.SendAsync(HttpMethod.Get, $"/v1/experiments/{name}/events")).Body.GetProperty("data").EnumerateArray()];

    /// <summary>Decides as Evaluation does.</summary>
    public static async Task<(int Status, JsonElement Body)> DecideAsync(this InProcessGateway gateway, string id, object decision)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/internal/experiments/{id}/decisions") { Content = JsonContent.Create(decision) };
        request.Headers.Authorization = new("Bearer", gateway.ServiceToken());
        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    /// <summary>The newest record in the spool.</summary>
    public static async Task<InferenceRecord> RecordAsync(this InProcessGateway gateway)
    {
        var spool = gateway.Services.GetRequiredService<InferenceSpool>();
        await Eventually.TrueAsync(() => spool.UnshippedRecords > 0, "a record");
        var segment = Directory.GetFiles(spool.Store.Folder, "*.seg").Order(StringComparer.Ordinal).Last();
        await using var file = new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return SpoolUnderTest.Frames(bytes.ToArray())[^1].Record;
    }
}
