using System.Net;
using System.Text;
using LlmGateway.Gateway.Caching;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>Identical requests share one upstream call, which belongs to all of them.</summary>
public sealed class SharedCallTests : IAsyncLifetime
{
    private const string Body = """{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"together"}]}""";
    private readonly TaskCompletionSource _release = new();
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    private int CallsUnderWay => _gateway.Services.GetRequiredService<ResponseCache>().Waiting;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _upstream.Script = new UpstreamScript { BeforeHeaders = token => _release.Task.WaitAsync(token) };
        _gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task The_call_goes_on_for_the_others_when_the_first_caller_leaves()
    {
        using var leaving = new CancellationTokenSource();
        var first = await JoinAsync(1, leaving.Token);
        var second = await JoinAsync(2, CancellationToken.None);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Eventually.TrueAsync(() => CallsUnderWay == 1, "the first caller to be gone");
        _release.SetResult();

        using var answer = await second;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("llmgateway; hit; collapsed", answer.Headers.GetValues("Cache-Status").Single());
        Assert.False(Assert.Single(ModelCalls()).IsAborted);
    }

    [Fact]
    public async Task The_call_is_cancelled_when_the_last_caller_leaves()
    {
        using var leaving = new CancellationTokenSource();
        var first = await JoinAsync(1, leaving.Token);
        var second = await JoinAsync(2, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Eventually.TrueAsync(() => Assert.Single(ModelCalls()).IsAborted, "the upstream call to be cancelled");
    }

    /// <summary>Sends the request and waits until so many are waiting.</summary>
    private async Task<Task<HttpResponseMessage>> JoinAsync(int waiting, CancellationToken leaving)
    {
        var call = _gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Body, Encoding.UTF8, "application/json"), leaving);
        await Eventually.TrueAsync(() => CallsUnderWay == waiting && ModelCalls().Count == 1, "the request to join the call", cancellationToken: CancellationToken.None);
        return call;
    }

    private List<UpstreamRequest> ModelCalls() => [.. _upstream.Requests.Where(request => request.Method == "POST")];
}
