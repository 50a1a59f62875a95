using System.Globalization;
using System.Text;
using LlmGateway.TestKit.Upstream;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Forwarding;

/// <summary>As long as the caller has seen nothing, another deployment may answer; once it has seen anything, none may.</summary>
public sealed class CommitTests
{
    private const string Role = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";

    [Theory]
    [InlineData(UpstreamFault.CutInBody)]
    [InlineData(UpstreamFault.CutInFrame)]
    [InlineData(UpstreamFault.ErrorInStream)]
    [InlineData(UpstreamFault.EndsEarly)]
    public async Task A_stream_that_fails_before_it_says_anything_is_answered_by_another_deployment(UpstreamFault fault)
    {
        await using var routed = await StartAsync();
        routed.A.Script = new UpstreamScript { Fault = fault, ChunksBeforeFault = 0 };
        foreach (var (path, body) in new[] { ("/v1/chat/completions", StreamQuestion), ("/v1/responses", """{"model":"r","stream":true,"input":"hi"}""") })
        {
            var answer = await routed.AskAsync(body, path: path);
            Assert.Equal((200, "b/m", "2"), (answer.Status, answer.Deployment, answer.Attempts));
            Assert.DoesNotContain("error\":{", answer.Text, StringComparison.Ordinal);
            Assert.Equal(1, Count(answer.Text, path.EndsWith("responses", StringComparison.Ordinal) ? "event: response.created" : "\"role\":\"assistant\""));
        }
    }

    [Theory]
    [InlineData(UpstreamFault.CutInBody)]
    [InlineData(UpstreamFault.CutInFrame)]
    [InlineData(UpstreamFault.ErrorInStream)]
    [InlineData(UpstreamFault.EndsEarly)]
    public async Task A_stream_that_has_said_something_is_never_begun_anew(UpstreamFault fault)
    {
        await using var routed = await StartAsync(("Gateway:Routes:r:Retries:MaxRetries", "3"));
        routed.A.Script = new UpstreamScript { Fault = fault, ChunksBeforeFault = 1, ChunkCount = 5 };
        var answer = await routed.AskAsync(StreamQuestion);
        Assert.Equal((200, "a/m", "1"), (answer.Status, answer.Deployment, answer.Attempts));
        Assert.Contains("\"error\"", answer.Text, StringComparison.Ordinal);
        Assert.Single(Calls(routed.A));
        Assert.Empty(Calls(routed.B));
    }

    [Fact]
    public async Task The_last_deployments_error_in_a_stream_that_said_nothing_is_an_http_error()
    {
        await using var routed = await StartAsync();
        routed.A.Script = routed.B.Script = new UpstreamScript { Fault = UpstreamFault.ErrorInStream, ChunksBeforeFault = 0 };
        var answer = await routed.AskAsync(StreamQuestion);
        Assert.Equal((502, "upstream_error"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_stream_is_passed_on_byte_for_byte_though_its_beginning_waited()
    {
        await using var routed = await StartAsync();
        var stream = $": ping\n\n{Role}{Role}data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"x\"}}}}]}}\n\ndata: [DONE]\n\n";
        routed.A.Script = new UpstreamScript { Body = stream, ContentType = "text/event-stream" };
        Assert.Equal(stream, (await routed.AskAsync(StreamQuestion)).Text);
    }

    [Fact]
    public async Task What_waits_is_bounded_in_number_and_size()
    {
        await using var routed = await StartAsync();
        var error = "data: {\"error\":{\"message\":\"late\",\"code\":\"server_error\"}}\n\n";
        routed.A.Script = new UpstreamScript { ContentType = "text/event-stream", Body = string.Concat(Enumerable.Repeat(Role, 65)) + error };
        Assert.Equal("a/m", (await routed.AskAsync(StreamQuestion)).Deployment);
        routed.A.Script = new UpstreamScript { ContentType = "text/event-stream", Body = $": {new string('x', 300_000)}\n\n{error}" };
        Assert.Equal("a/m", (await routed.AskAsync(StreamQuestion)).Deployment);
        routed.A.Script = new UpstreamScript { ContentType = "text/event-stream", Body = string.Concat(Enumerable.Repeat(Role, 64)) + error };
        Assert.Equal("b/m", (await routed.AskAsync(StreamQuestion)).Deployment);
    }

    [Fact]
    public async Task What_waits_is_bounded_in_time()
    {
        await using var routed = await StartAsync(("Gateway:StartupHold", "00:00:00.200"));
        var release = new TaskCompletionSource();
        routed.A.Script = new UpstreamScript { BeforeChunk = (index, token) => index == 0 ? release.Task.WaitAsync(token) : Task.CompletedTask };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(StreamQuestion, Encoding.UTF8, "application/json") };

        // The headers and the role come though the provider is still silent.
        using var response = await routed.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var count = await body.ReadAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Contains("assistant", Encoding.UTF8.GetString(buffer, 0, count), StringComparison.Ordinal);
        release.SetResult();
        using var rest = new StreamReader(body);
        Assert.EndsWith("data: [DONE]\n\n", await rest.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_failed_attempt_left_is_not_in_the_next_ones_answer()
    {
        await using var routed = await StartAsync();
        routed.A.Script = new UpstreamScript { Status = 200, Body = "not json", Headers = new Dictionary<string, string> { ["x-left"] = "over" } };
        var response = await routed.Gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Question, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal("b/m", response.Headers.GetValues("x-llmgateway-deployment").Single());
        Assert.False(response.Headers.Contains("x-left"));
        Assert.True(response.Headers.Contains("x-llmgateway-inference-id"));
        Assert.Equal(response.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture), (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ToString(CultureInfo.InvariantCulture));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
