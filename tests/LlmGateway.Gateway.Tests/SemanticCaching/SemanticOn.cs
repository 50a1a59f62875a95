using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

/// <summary>
/// One gateway whose provider embeds a question by the number at its end, an angle in degrees: two questions are as similar as the
/// cosine of the angle between them. What it answers is numbered, so that each answer tells which call it is of.
/// </summary>
internal sealed class SemanticOn : IAsyncDisposable
{
    public const string Model = "test/gpt-4o-mini";
    private static int _answers;

    private SemanticOn(UpstreamServer upstream, InProcessGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public UpstreamServer Upstream { get; }

    public InProcessGateway Gateway { get; }

    /// <summary>Calls that asked the provider to answer, not to embed.</summary>
    public int Answered => Upstream.Requests.Count(request => request.Path.EndsWith("/chat/completions", StringComparison.Ordinal)
        || request.Path.EndsWith("/responses", StringComparison.Ordinal));

    public static UpstreamScript Script => new() { Embed = Angle, Say = _ => $"answer {Interlocked.Increment(ref _answers)}" };

    public static async Task<SemanticOn> StartAsync(Store store = Store.Sqlite, params (string, string?)[] settings)
    {
        (string, string?)[] all = store == Store.Postgres ? [("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync()), .. settings] : settings;
        var upstream = await UpstreamServer.StartAsync(Script);

        // A machine that runs other tests at the same time takes its time, and a slow answer of the double is not what is tested here.
        (string, string?)[] patient =
        [
            ("Gateway:SemanticCaching:EmbeddingBudget", "00:00:10"),
            ("Gateway:SemanticCaching:SearchBudget", "00:00:10"),
            InProcessGateway.KnownModel,
        ];
        all = [.. patient.ExceptBy(all.Select(setting => setting.Item1), setting => setting.Item1), .. all];
        return new SemanticOn(upstream, await InProcessGateway.StartAsync(upstream.BaseUrl, all));
    }

    /// <summary>Makes a cache for <see cref="Model"/>.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> MakeAsync(object? changes = null, string? key = null)
    {
        var (status, body) = await Gateway.SendAsync(HttpMethod.Post, "/v1/semantic_caches", Policy(changes), key);
        Assert.True(status == 200, body.ToString());
        return body.GetProperty("id").GetString()!;
    }

    /// <summary>A policy with some members changed.</summary>
    public static Dictionary<string, object?> Policy(object? changes = null)
    {
        var policy = new Dictionary<string, object?>
        {
            ["name"] = "support",
            ["applies_to"] = new { models = new[] { Model } },
            ["embedding_model"] = "test/text-embedding-3-small",
            ["threshold"] = 0.9,
            ["sample_share"] = 0,
        };
        foreach (var member in JsonSerializer.SerializeToElement(changes ?? new { }).EnumerateObject())
        {
            policy[member.Name] = member.Value;
        }

        return policy;
    }

    /// <summary>Asks and insists on a good answer.</summary>
    /// <param name="question">Ends with its angle.</param>
    /// <param name="members">Further members of the request, and others in place of the usual ones.</param>
    /// <param name="key">Who asks; by default the admin.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<SemanticAnswer> AskAsync(string question, object? members = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(question, members, key, headers);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return new SemanticAnswer(
            response.Headers.GetValues("Cache-Status").Single() == "llmgateway; hit; detail=semantic",
            text,
            response.Headers.TryGetValues("x-llmgateway-semantic-similarity", out var similarity) ? double.Parse(similarity.Single(), CultureInfo.InvariantCulture) : null,
            response.Headers.TryGetValues("x-llmgateway-semantic-entry", out var entry) ? entry.Single() : null);
    }

    public async Task<HttpResponseMessage> SendAsync(string question, object? members = null, string? key = null, params (string Name, string Value)[] headers)
    {
        var body = new Dictionary<string, object?> { ["model"] = Model, ["messages"] = new[] { new { role = "user", content = question } } };
        foreach (var member in JsonSerializer.SerializeToElement(members ?? new { }).EnumerateObject())
        {
            body[member.Name] = member.Value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await Gateway.Http.SendAsync(request);
    }

    /// <summary>Asks, and waits until the answer is kept.</summary>
    public async Task<SemanticAnswer> TeachAsync(string question, object? members = null, string? key = null)
    {
        using var writes = new SemanticCounts(Gateway, "llmgateway.semantic_cache.writes");
        var answer = await AskAsync(question, members, key);
        await Eventually.TrueAsync(() => writes.Of("stored") > 0, "the answer to be kept");
        return answer;
    }

    public async Task<JsonElement[]> PartitionsAsync(string cache) =>
        [.. (await Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}/partitions")).Body.GetProperty("data").EnumerateArray()];

    public Task SweepAsync() => Gateway.Services.GetRequiredService<SemanticSweep>().SweepAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static float[] Angle(string text)
    {
        var digits = text.AsSpan(text.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1);
        var radians = (digits.Length == 0 ? 0 : double.Parse(digits, CultureInfo.InvariantCulture)) * Math.PI / 180;
        return [(float)Math.Cos(radians), (float)Math.Sin(radians), 0, 0];
    }
}

/// <param name="IsSemantic">Whether the semantic cache answered.</param>
/// <param name="Body">The body.</param>
/// <param name="Similarity">As the header tells it.</param>
/// <param name="Entry">As the header tells it.</param>
internal sealed record SemanticAnswer(bool IsSemantic, string Body, double? Similarity, string? Entry)
{
    /// <summary>The model's words in a plain answer.</summary>
    public string Text => JsonElement.Parse(Body).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}
