using System.Text.Json;
using LlmGateway.Gateway.Tests.Routes;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Forwarding;

/// <summary>Each of the four timers, by its name.</summary>
public sealed class TimerTests
{
    [Theory]
    [InlineData("FirstByte", "first_byte", UpstreamFault.HangBeforeHeaders, false)]
    [InlineData("FirstByte", "first_byte", UpstreamFault.HangBeforeHeaders, true)]
    [InlineData("FirstByte", "first_byte", UpstreamFault.HangInBody, true)]
    [InlineData("Idle", "idle", UpstreamFault.HangInBody, false)]
    [InlineData("Total", "total", UpstreamFault.HangBeforeHeaders, false)]
    [InlineData("Total", "total", UpstreamFault.HangInBody, false)]
    public async Task A_timer_that_runs_out_before_the_answer_is_a_504_that_names_it(string timer, string name, UpstreamFault fault, bool stream)
    {
        await using var routed = await One($"Gateway:Routes:r:Timeouts:{timer}", "00:00:00.300");
        routed.A.Script = new UpstreamScript { Fault = fault, ChunksBeforeFault = 0 };
        var answer = await routed.AskAsync(stream ? StreamQuestion : Question);
        Assert.Equal((504, "upstream_timeout"), (answer.Status, answer.Code));
        Assert.Contains($"the timer {name} ran out", answer.Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Calls(routed.A).All(call => call.IsAborted), "the provider's connection to end");
    }

    [Theory]
    [InlineData("Idle", "idle")]
    [InlineData("Total", "total")]
    public async Task A_timer_that_runs_out_in_a_stream_ends_it_with_an_error_that_names_it(string timer, string name)
    {
        await using var routed = await One($"Gateway:Routes:r:Timeouts:{timer}", "00:00:00.400");
        routed.A.Script = new UpstreamScript { Fault = UpstreamFault.HangInBody, ChunkCount = 5 };
        var answer = await routed.AskInTimeAsync(StreamQuestion, given => given.Status == 200);
        Assert.Equal(200, answer.Status);
        var last = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains($"the timer {name} ran out", last, StringComparison.Ordinal);
        Assert.Contains("upstream_timeout", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_connection_is_limited_by_connect()
    {
        await using var routed = await StartAsync(
            [("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Timeouts:Connect", "00:00:00.300"), ("Gateway:Providers:a:MaxConnections", "1")], []);
        await Eventually.TrueAsync(async _ => (await routed.AskAsync()).Status == 200, "the only connection to be made");
        var before = Calls(routed.A).Length;
        var release = new TaskCompletionSource();
        routed.A.Enqueue(new UpstreamScript { BeforeHeaders = release.Task.WaitAsync });
        var first = routed.AskAsync();
        await Eventually.TrueAsync(() => Calls(routed.A).Length == before + 1, "the only connection to be taken");
        var answer = await routed.AskAsync();
        Assert.Equal(504, answer.Status);
        Assert.Contains("the timer connect ran out", answer.Text, StringComparison.Ordinal);
        release.SetResult();
        Assert.Equal(200, (await first).Status);
    }

    [Fact]
    public async Task A_stream_may_last_longer_than_the_silence_that_is_allowed()
    {
        await using var routed = await One("Gateway:Routes:r:Timeouts:Idle", "00:00:01");
        routed.A.Script = new UpstreamScript { ChunkCount = 6, ChunkPace = TimeSpan.FromMilliseconds(300) };
        var answer = await routed.AskInTimeAsync(StreamQuestion, given => IsWhole(given.Text));
        Assert.True(IsWhole(answer.Text), answer.Text);

        static bool IsWhole(string text) => text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retries_and_their_waits_are_within_the_total()
    {
        await using var routed = await StartAsync(
            [
                ("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Timeouts:Total", "00:00:00.500"), ("Gateway:Routes:r:Retries:MaxRetries", "10"),
                ("Gateway:Routes:r:Retries:InitialDelay", "00:00:00.200"), ("Gateway:Routes:r:Retries:MaxDelay", "00:00:00.200"),
            ],
            []);
        routed.A.Script = new UpstreamScript { Status = 503 };
        var (calls, before) = (0, 0);
        var answer = await routed.AskInTimeAsync(Question, given =>
        {
            (calls, before) = (Calls(routed.A).Length - before, Calls(routed.A).Length);
            return given.Status == 503 && calls >= 2;
        });
        Assert.Equal(503, answer.Status);
        Assert.InRange(calls, 2, 6);
    }

    [Theory]
    [InlineData("Gateway:Timeouts:FirstByte")]
    [InlineData("Gateway:Providers:a:Timeouts:FirstByte")]
    [InlineData("Gateway:Routes:r:Timeouts:FirstByte")]
    [InlineData("Gateway:Routes:r:Groups:0:Deployments:0:Timeouts:FirstByte")]
    public async Task The_most_specific_place_that_says_wins(string place)
    {
        string[] places =
        [
            "Gateway:Timeouts:FirstByte", "Gateway:Providers:a:Timeouts:FirstByte", "Gateway:Routes:r:Timeouts:FirstByte",
            "Gateway:Routes:r:Groups:0:Deployments:0:Timeouts:FirstByte",
        ];
        var rank = Array.IndexOf(places, place);
        await using var routed = await StartAsync([.. places[..rank].Select(less => (less, (string?)"00:05:00")), (place, "00:00:00.300")]);
        routed.A.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        var answer = await routed.AskInTimeAsync(Question, given => given is { Deployment: "b/m", Attempts: "2" });
        Assert.Equal(("b/m", "2"), (answer.Deployment, answer.Attempts));
    }

    [Fact]
    public async Task A_stream_of_responses_names_the_timer_in_its_own_form()
    {
        await using var routed = await One("Gateway:Routes:r:Timeouts:Idle", "00:00:00.400");
        routed.A.Script = new UpstreamScript { Fault = UpstreamFault.HangInBody, ChunkCount = 5 };
        var answer = await routed.AskInTimeAsync("""{"model":"r","stream":true,"input":"hi"}""", given => given.Status == 200, path: "/v1/responses");
        var last = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("event: error", last, StringComparison.Ordinal);
        var data = JsonElement.Parse(last[(last.IndexOf("data: ", StringComparison.Ordinal) + 6)..]);
        Assert.Equal(("error", "upstream_timeout"), (data.GetProperty("type").GetString(), data.GetProperty("code").GetString()));
    }

    private static Task<RoutedGateway> One(string key, string value) => StartAsync([("Gateway:Routes:r:Model", "a/m"), (key, value)], []);
}
