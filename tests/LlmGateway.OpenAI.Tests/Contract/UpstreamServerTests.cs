using System.Net;
using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.OpenAI.Tests.Contract;

/// <summary>The upstream that other tests rely on speaks OpenAI's protocol, and misbehaves exactly as told.</summary>
public sealed class UpstreamServerTests : IAsyncDisposable
{
    private const string Chat = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}""";
    private const string ChatStream =
        """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}""";

    private readonly HttpClient _client = new();
    private UpstreamServer? _server;

    [Theory]
    [InlineData("POST", "/chat/completions", Chat)]
    [InlineData("POST", "/completions", """{"model":"m","prompt":"Hello"}""")]
    [InlineData("POST", "/responses", """{"model":"m","input":"Hello"}""")]
    [InlineData("POST", "/embeddings", """{"model":"m","input":["a","b"]}""")]
    [InlineData("GET", "/models", "")]
    public async Task Plain_answers_follow_the_contract(string method, string path, string body)
    {
        var answer = await SendAsync(new UpstreamScript(), method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(OpenApiContractTests.Load().Errors(method, path, 200, text));
    }

    [Theory]
    [InlineData("/chat/completions", ChatStream)]
    [InlineData("/responses", """{"model":"m","stream":true,"input":"Hello"}""")]
    public async Task Stream_frames_follow_the_contract(string path, string body)
    {
        var contract = OpenApiContractTests.Load();
        var answer = await SendAsync(new UpstreamScript { Text = "one two three" }, "POST", path, body);
        var frames = Frames(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(frames.Count > 4);
        Assert.All(frames, frame => Assert.Empty(contract.Errors("POST", path, 200, frame, "text/event-stream")));
    }

    [Fact]
    public async Task Answer_has_exactly_the_size_asked_for()
    {
        var answer = await SendAsync(new UpstreamScript { BodyBytes = 300_000 }, "POST", "/chat/completions", Chat);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(300_000, body.Length);
        Assert.Empty(OpenApiContractTests.Load().Errors("POST", "/chat/completions", 200, Encoding.UTF8.GetString(body)));
    }

    [Theory]
    [InlineData(UpstreamUsage.AsAsked, true, true)]
    [InlineData(UpstreamUsage.AsAsked, false, false)]
    [InlineData(UpstreamUsage.Always, false, true)]
    [InlineData(UpstreamUsage.Never, true, false)]
    public async Task Stream_reports_usage_as_the_script_says(UpstreamUsage usage, bool asked, bool reported)
    {
        var body = asked ? ChatStream : """{"model":"m","stream":true,"messages":[]}""";
        var answer = await SendAsync(new UpstreamScript { Usage = usage }, "POST", "/chat/completions", body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(reported, text.Contains("\"prompt_tokens\":11", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UpstreamFault.CutInBody, "\n\n")]
    [InlineData(UpstreamFault.CutInFrame, "\"model\":\"m\",\"")]
    public async Task Cut_stream_ends_where_told_after_the_chunks_before_it(UpstreamFault fault, string end)
    {
        var script = new UpstreamScript { Text = "a b c d", ChunksBeforeFault = 2, Fault = fault };
        var answer = await SendAsync(script, "POST", "/chat/completions", ChatStream);
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        });
        var text = Encoding.UTF8.GetString(received.ToArray());
        Assert.Contains("\" b\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\" c\"", text, StringComparison.Ordinal);
        Assert.EndsWith(end, text, StringComparison.Ordinal);
        Assert.False(_server!.Requests[0].IsAborted);
    }

    [Fact]
    public async Task Cut_body_gives_its_first_half()
    {
        var script = new UpstreamScript { BodyBytes = 10_000, Fault = UpstreamFault.CutInBody };
        var answer = await SendAsync(script, "POST", "/chat/completions", Chat);
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        });
        Assert.Equal(5_000, received.Length);
    }

    [Theory]
    [InlineData(UpstreamFault.HangBeforeHeaders)]
    [InlineData(UpstreamFault.HangInBody)]
    public async Task Client_that_leaves_a_hanging_answer_is_noticed(UpstreamFault fault)
    {
        using var leave = new CancellationTokenSource();
        var call = SendAsync(new UpstreamScript { Fault = fault }, "POST", "/chat/completions", ChatStream, leave.Token);
        await Eventually.TrueAsync(() => _server!.Requests.Count == 1, "the request", null, TestContext.Current.CancellationToken);
        Assert.False(_server!.Requests[0].IsAborted);
        if (fault == UpstreamFault.HangInBody)
        {
            (await call).Dispose();
        }

        await leave.CancelAsync();
        await Eventually.TrueAsync(() => _server.Requests[0].IsAborted, "the client's leave", null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Request_is_recorded_as_it_came_and_echoed()
    {
        var answer = await SendAsync(new UpstreamScript { Echo = true }, "POST", "/chat/completions?api-version=1", Chat);
        var echo = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var request = Assert.Single(_server!.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/v1/chat/completions?api-version=1", request.Path);
        Assert.Equal(Chat, request.BodyText);
        Assert.Equal("application/json; charset=utf-8", request.Headers["content-type"]);
        Assert.Contains("Hello", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueued_scripts_come_before_the_standing_one()
    {
        await StartAsync(new UpstreamScript());
        _server!.Enqueue(new UpstreamScript { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });
        using var first = await PostAsync(Chat);
        using var second = await PostAsync(Chat);
        Assert.Equal(HttpStatusCode.TooManyRequests, first.StatusCode);
        Assert.Equal("7", first.Headers.GetValues("Retry-After").Single());
        var error = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Empty(OpenApiContractTests.Load().Errors("POST", "/chat/completions", 429, error));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task StartAsync(UpstreamScript script) => _server = await UpstreamServer.StartAsync(script);

    private Task<HttpResponseMessage> PostAsync(string body) =>
        SendAsync("POST", "/chat/completions", body, TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        UpstreamScript script, string method, string path, string body, CancellationToken? cancellationToken = null)
    {
        await StartAsync(script);
        return await SendAsync(method, path, body, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _server!.BaseUrl + path);
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static List<string> Frames(string text) =>
    [
        .. text.Split('\n')
            .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => line["data: ".Length..]),
    ];
}
