using System.Diagnostics.Metrics;
using System.Text;
using LlmGateway.Gateway.Tests.Routes;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Forwarding;

/// <summary>
/// A caller that leaves closes the provider's connection within 100 ms, whatever is being waited for. On a machine that is busy
/// with other things one of several calls must do so in time, and every one in the end.
/// </summary>
public sealed class CancellationTests
{
    private const int Calls = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    [Fact]
    public Task While_the_headers_are_waited_for() => CheckAsync(Question, new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });

    [Fact]
    public Task While_the_first_chunk_is_waited_for() => CheckAsync(StreamQuestion, new UpstreamScript { Fault = UpstreamFault.HangInBody, ChunksBeforeFault = 0 });

    [Fact]
    public Task In_the_middle_of_a_stream() => CheckAsync(StreamQuestion, new UpstreamScript { Fault = UpstreamFault.HangInBody, ChunksBeforeFault = 2 });

    [Fact]
    public Task In_the_middle_of_a_plain_answer() => CheckAsync(Question, new UpstreamScript { Fault = UpstreamFault.HangInBody });

    [Fact]
    public async Task While_the_next_attempt_is_waited_for()
    {
        await using var routed = await StartAsync(
            [
                ("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Retries:MaxRetries", "3"), ("Gateway:Routes:r:Retries:MaxDelay", "00:05:00"),
            ],
            []);
        using var ended = new MetricCollector<double>(routed.Gateway.Services.GetRequiredService<IMeterFactory>(), "Microsoft.AspNetCore.Hosting", "http.server.request.duration");
        routed.A.Script = new UpstreamScript { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "60" } };
        var shortest = TimeSpan.MaxValue;
        for (var call = 0; call < Calls && shortest > Limit; call++)
        {
            using var leave = new CancellationTokenSource();
            var asked = PostAsync(routed, Question, leave.Token);
            await Eventually.TrueAsync(() => RoutedGateway.Calls(routed.A).Length == call + 1 && RoutedGateway.Calls(routed.A)[^1].IsFinished, "the first attempt to fail");
            var before = ended.GetMeasurementSnapshot().Count;
            var left = TimeProvider.System.GetTimestamp();
            await leave.CancelAsync();
            await Eventually.TrueAsync(() => ended.GetMeasurementSnapshot().Count > before, "the call to end");
            shortest = Min(shortest, TimeProvider.System.GetElapsedTime(left));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        Assert.True(shortest <= Limit, $"{shortest.TotalMilliseconds} ms");
        Assert.All(RoutedGateway.Calls(routed.A), call => Assert.True(call.IsFinished));
    }

    private static async Task CheckAsync(string body, UpstreamScript script)
    {
        await using var routed = await StartAsync();
        routed.A.Script = script;
        var shortest = TimeSpan.MaxValue;
        for (var call = 0; call < Calls && shortest > Limit; call++)
        {
            using var leave = new CancellationTokenSource();
            var asked = PostAsync(routed, body, leave.Token);
            await Eventually.TrueAsync(() => RoutedGateway.Calls(routed.A).Length == call + 1, "the call to reach the provider");
            var left = TimeProvider.System.GetUtcNow();
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
            var request = RoutedGateway.Calls(routed.A)[^1];
            await Eventually.TrueAsync(() => request.IsAborted, "the provider's connection to end");
            shortest = Min(shortest, request.AbortedAt!.Value - left);
        }

        Assert.True(shortest <= Limit, $"{shortest.TotalMilliseconds} ms");

        // Nobody else is asked for a caller that left.
        Assert.Empty(RoutedGateway.Calls(routed.B));
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static async Task PostAsync(RoutedGateway routed, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await routed.Gateway.Http.PostAsync("/v1/chat/completions", content, cancellationToken);
    }
}
