using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// Callers that go on until they are stopped, with a key of their own, and what each of them got. Each takes the next
/// gateway for each call, as a balancer would, and a stream every other time.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Callers = 8;

    /// <summary>The provider's time for an answer: about 250 calls a second at most, which leaves a small machine time for the rest.</summary>
    public static readonly TimeSpan UsualPace = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static int _loads;

    private readonly IReadOnlyList<HttpClient> _gateways;
    private readonly string _text;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _delivered = new();
    private readonly ConcurrentQueue<FailedCall> _failures = new();
    private readonly ConcurrentQueue<TimeSpan> _durations = new();
    private readonly int[] _deliveredTo = new int[Callers];
    private readonly Task _callers;

    private Load(RunningSystem system, string keyId, string key, int textBytes)
    {
        KeyId = keyId;
        _gateways = [.. system.Gateways.Select(gateway => system.ClientOf(gateway, key))];
        _text = new string('x', textBytes);
        _callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller))));
    }

    /// <summary>Tells these calls from those of another load.</summary>
    public string KeyId { get; }

    /// <summary>Ids of the calls whose last byte a caller received.</summary>
    public IReadOnlyCollection<string> Delivered => _delivered;

    /// <summary>What callers got instead.</summary>
    public IReadOnlyCollection<FailedCall> Failures => _failures;

    /// <summary>The longest that nine in ten of the delivered calls took; the tenth may have met a machine that was busy with something else.</summary>
    public TimeSpan Usual => _durations.Order().ElementAt(_durations.Count * 9 / 10);

    /// <param name="system">Whose gateways are called.</param>
    /// <param name="pace">The provider's time for an answer, by default <see cref="UsualPace"/>.</param>
    /// <param name="textBytes">Size of each call's text.</param>
    public static async Task<Load> StartAsync(RunningSystem system, TimeSpan? pace = null, int textBytes = 10)
    {
        system.Upstream.Script = new UpstreamScript { DelayBeforeHeaders = pace ?? UsualPace };
        var name = string.Create(CultureInfo.InvariantCulture, $"load {Interlocked.Increment(ref _loads)}");
        using var wish = new StringContent($$"""{"name":"{{name}}","scopes":["inference"]}""", Encoding.UTF8, "application/json");
        using var response = await system.Http.PostAsync("/v1/keys", wish);
        response.EnsureSuccessStatusCode();
        var key = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return new Load(system, key.GetProperty("id").GetString()!, key.GetProperty("key").GetString()!, textBytes);
    }

    /// <summary>Returns when so many more calls were delivered.</summary>
    public Task DeliverAsync(int calls)
    {
        var goal = _delivered.Count + calls;
        return Eventually.TrueAsync(() => _delivered.Count >= goal, $"{calls} more calls", Patience);
    }

    /// <summary>
    /// Lets the callers go on for so long at least, and fails if one of them does not: each begins and ends a call over and over,
    /// and once more at the end. So no call waits for a server that is away until then.
    /// </summary>
    public async Task GoOnAsync(TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            // The first call that ends may have begun before.
            int[] goals = [.. _deliveredTo.Select(delivered => delivered + 2)];
            await Eventually.TrueAsync(
                () => goals.Index().All(goal => Volatile.Read(ref _deliveredTo[goal.Index]) >= goal.Item), "every caller to go on", Patience);
        }
        while (clock.Elapsed < duration);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _callers;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task CallAsync(int caller)
    {
        for (var call = 0; !_stop.IsCancellationRequested; call++)
        {
            var gateway = _gateways[(caller + call) % _gateways.Count];
            var clock = Stopwatch.StartNew();
            try
            {
                var (id, fault) = await CallAsync(gateway, $"{caller}-{call} {_text}", stream: (caller + call) % 4 < 2);
                if (fault is null)
                {
                    _durations.Enqueue(clock.Elapsed);
                    _delivered.Enqueue(id!);
                    Interlocked.Increment(ref _deliveredTo[caller]);
                }
                else
                {
                    _failures.Enqueue(new FailedCall(gateway.BaseAddress!, fault));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
            {
                _failures.Enqueue(new FailedCall(gateway.BaseAddress!, exception.Message));
            }
        }
    }

    private static async Task<(string? Id, string? Fault)> CallAsync(HttpClient gateway, string text, bool stream)
    {
        using var content = new StringContent(
            $$"""{"model":"{{RunningSystem.PricedModel}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8, "application/json");
        using var response = await gateway.PostAsync("/v1/chat/completions", content);
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode && (!stream || body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal))
            ? (response.Headers.GetValues("x-llmgateway-inference-id").Single(), null)
            : (null, $"{(int)response.StatusCode}: {body}");
    }
}

/// <summary>A call that was not delivered.</summary>
/// <param name="Gateway">Which gateway was asked.</param>
/// <param name="Reason">What the caller saw.</param>
internal sealed record FailedCall(Uri Gateway, string Reason);
