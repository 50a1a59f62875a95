using BenchmarkDotNet.Attributes;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Allocations;

/// <summary>Bytes that one request allocates on its way through the gateway; they must not grow with its body.</summary>
[InProcess]
[MemoryDiagnoser]
[WarmupCount(3)]
[IterationCount(5)]
[InvocationCount(2000)]
public class RequestAllocations
{
    private ServerProcess _upstream = null!;
    private InProcessGateway _gateway = null!;
    private RawConnection _connection = null!;
    private LoadRequest _request = null!;
    private byte[] _bytes = [];

    /// <summary>Bytes of the request's body, and of the answer's.</summary>
    [Params(1_000, 100_000)]
    public int BodyBytes { get; set; }

    [GlobalSetup(Target = nameof(Miss))]
    public Task SetUpMissAsync() => SetUpAsync(cached: false);

    [GlobalSetup(Target = nameof(Hit))]
    public Task SetUpHitAsync() => SetUpAsync(cached: true);

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _connection.Dispose();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    /// <summary>Forwarded to the upstream.</summary>
    [Benchmark]
    public Task<int> Miss() => ExchangeAsync();

    /// <summary>Answered from the cache.</summary>
    [Benchmark]
    public Task<int> Hit() => ExchangeAsync();

    private async Task SetUpAsync(bool cached)
    {
        _upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        _gateway = await InProcessGateway.StartAsync(new Uri(_upstream.Url + "/v1"), ("Gateway:Providers:bench:BaseUrl", _upstream.Url + "/v1"));
        _connection = await RawConnection.OpenAsync(_gateway.Http.BaseAddress!.Port);
        _request = LoadRequest.Chat(BodyBytes, cached: cached, stored: false);
        _bytes = _request.Copy();
    }

    private async Task<int> ExchangeAsync()
    {
        _request.Number(_bytes, LoadNumbers.Next());
        _connection.Send(_bytes);
        var status = await _connection.ReceiveAsync();
        return status == 200 ? status : throw new InvalidOperationException($"The gateway answered {status}.");
    }
}
