using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>Two gateways on one Redis and one database.</summary>
public sealed class SharedCacheTests : IAsyncLifetime
{
    private ServerSet _servers = null!;
    private ConnectionMultiplexer _redis = null!;
    private UpstreamServer _upstream = null!;
    private InProcessGateway _one = null!;
    private InProcessGateway _other = null!;
    private CacheCounts _counts = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        _servers = await ServerSet.StartNewAsync("redis");
        _redis = await ConnectionMultiplexer.ConnectAsync(_servers.Redis);
        _upstream = await UpstreamServer.StartAsync();
        var database = await TestServers.CreateDatabaseAsync();
        _one = await StartGatewayAsync(database);
        _other = await StartGatewayAsync(database);
        _counts = new CacheCounts(_one);
    }

    public async ValueTask DisposeAsync()
    {
        _counts.Dispose();
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _upstream.DisposeAsync();
        await _redis.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task What_one_gateway_was_answered_the_other_answers_from_Redis_and_then_from_its_memory()
    {
        Assert.Equal("fwd=miss; stored", await _one.AskAsync("shared?"));
        await WrittenAsync();
        Assert.Equal("hit; detail=redis", await _other.AskAsync("shared?"));
        Assert.Equal("hit", await _other.AskAsync("shared?"));
        Assert.Single(ModelCalls());
    }

    [Fact]
    public async Task A_stream_is_shared_like_a_plain_answer()
    {
        Assert.StartsWith("fwd=miss", await _one.AskAsync("streamed?", members: "\"stream\":true,"), StringComparison.Ordinal);
        await WrittenAsync();
        Assert.Equal("hit; detail=redis", await _other.AskAsync("streamed?"));
    }

    [Fact]
    public async Task Projects_do_not_see_one_anothers_answers()
    {
        var (_, key) = await MakeProjectAsync(logBodies: true);
        await _one.AskAsync("mine?");
        await WrittenAsync();
        Assert.Equal("fwd=miss; stored", await _other.AskAsync("mine?", key));
        Assert.Equal(2, ModelCalls().Count);
    }

    [Fact]
    public async Task An_answer_lives_in_Redis_and_in_the_other_gateways_memory_as_long_as_its_route_says()
    {
        await _one.AskAsync("for how long?", model: "hourly");
        await WrittenAsync();
        var key = Assert.Single(Keys());
        Assert.InRange((await _redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));

        var question = "";
        await Eventually.TrueAsync(
            async _ =>
            {
                question = $"and for how briefly? {Guid.CreateVersion7()}";
                await _one.AskAsync(question, model: "brief");
                return await _other.AskAsync(question, model: "brief") == "hit; detail=redis";
            },
            "the other gateway to have the answer before it expires");
        var calls = ModelCalls().Count;
        await Eventually.TrueAsync(async _ => await _other.AskAsync(question, model: "brief") == "fwd=miss; stored", "the answer to expire");
        Assert.Equal(calls + 1, ModelCalls().Count);
    }

    [Fact]
    public async Task Nothing_of_a_project_without_bodies_reaches_Redis_but_its_memory_answers()
    {
        var (_, key) = await MakeProjectAsync(logBodies: false);
        Assert.Equal("fwd=miss; stored", await _one.AskAsync("secret?", key));
        Assert.Equal("hit", await _one.AskAsync("secret?", key));
        Assert.Equal("fwd=miss; stored", await _one.AskAsync("not kept?", members: "\"store\":false,"));

        // Writes are in order: what came before this one is written, or never will be.
        await _one.AskAsync("public?");
        await WrittenAsync();
        Assert.Single(Keys());
        Assert.Equal("fwd=miss; stored", await _other.AskAsync("secret?", key));
    }

    [Fact]
    public async Task A_request_that_may_not_be_answered_from_the_cache_does_not_look_into_Redis()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "test/gpt-4o-mini", temperature = 0, messages = new[] { new { role = "user", content = "afresh" } } }),
        };
        request.Headers.CacheControl = new() { NoCache = true };
        using var response = await _one.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        await WrittenAsync();
        Assert.Equal((0, 0), (_counts.RedisReads("hit"), _counts.RedisReads("miss")));
    }

    [Fact]
    public async Task What_is_unreadable_in_Redis_is_a_miss()
    {
        await _one.AskAsync("garbled?");
        await WrittenAsync();
        await _redis.GetDatabase().StringSetAsync(Assert.Single(Keys()), "garbage");
        Assert.Equal("fwd=miss; stored", await _other.AskAsync("garbled?"));
    }

    private async Task<InProcessGateway> StartGatewayAsync(string database)
    {
        var gateway = await InProcessGateway.StartAsync(
            _upstream.BaseUrl,
            new PatientClock(),
            ("ConnectionStrings:redis", _servers.Redis),
            ("ConnectionStrings:gateway", database),
            ("Gateway:Routes:hourly:Model", "test/gpt-4o-mini"),
            ("Gateway:Routes:hourly:CacheTtl", "01:00:00"),
            ("Gateway:Routes:brief:Model", "test/gpt-4o-mini"),
            ("Gateway:Routes:brief:CacheTtl", "00:00:02"));
        await gateway.RedisAnswersAsync();
        return gateway;
    }

    private async Task<(string Project, string Key)> MakeProjectAsync(bool logBodies)
    {
        var project = await PostAsync("/v1/projects", new { name = "p", log_bodies = logBodies }, "id");
        return (project, await PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" } }, "key"));
    }

    private async Task<string> PostAsync(string path, object body, string member)
    {
        using var response = await _one.Http.PostAsJsonAsync(path, body);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(member).GetString()!;
    }

    private Task WrittenAsync() => Eventually.TrueAsync(() => _counts.Writes("stored") == 1, "the answer to be written to Redis");

    private List<RedisKey> Keys() => [.. _redis.GetServers().Single().Keys(pattern: "llmgateway:answers:*")];

    private List<UpstreamRequest> ModelCalls() => [.. _upstream.Requests.Where(request => request.Method == "POST")];
}
