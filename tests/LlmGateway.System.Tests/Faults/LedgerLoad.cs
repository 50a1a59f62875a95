using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// A number of calls, streams and plain ones mixed, of which a fifth is given up by its caller in the midst and a tenth
/// fails at the provider. What becomes of a call follows from its number, which stands in its text and in its metadata: so the
/// provider's own list of what it served can be laid beside the ledger, call by call.
/// </summary>
internal sealed class LedgerLoad(RunningSystem system)
{
    /// <summary>Each is one token of any vocabulary, and stays one beside the others.</summary>
    private const string Text = "the cat and the dog sat on the mat with the big red ball";

    private const int Words = 14;
    /// <summary>It takes far less, but for a machine that has much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly TaskCompletionSource[] _arrived = [.. Enumerable.Range(0, Calls).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private HttpClient[] _gateways = [];
    private volatile TaskCompletionSource _gatewayIsBack = Completed();
    private readonly bool[] _delivered = new bool[Calls];
    private int _next;

    public const int Calls = 10_000;
    public const int Callers = 48;

    public string KeyId { get; private set; } = "";

    /// <summary>Whether the caller got the whole of what it was to get.</summary>
    public bool IsDelivered(int number) => _delivered[number];

    /// <summary>Runs all calls, and <paramref name="restart"/> when half of them have begun.</summary>
    public async Task RunAsync(Func<Task> restart)
    {
        system.Upstream.Forget();
        system.Upstream.ScriptFor = request => NumberOf(request) is { } number ? ScriptOf(number) : null;
        using var wish = new StringContent("""{"name":"ledger","scopes":["inference"]}""", Encoding.UTF8, "application/json");
        using var response = await system.Http.PostAsync("/v1/keys", wish);
        var key = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        KeyId = key.GetProperty("id").GetString()!;
        _gateways = [.. system.Gateways.Select(gateway => system.ClientOf(gateway, key.GetProperty("key").GetString()))];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAllAsync)).Append(Task.Run(() => RestartAsync(restart)))).WaitAsync(Patience);
        system.Upstream.ScriptFor = null;
    }

    /// <summary>The call that a request of the provider belongs to; null for another one's.</summary>
    public static int? NumberOf(UpstreamRequest request) =>
        request.BodyText is var text && text.IndexOf("number ", StringComparison.Ordinal) is >= 0 and var at
            ? int.Parse(text.AsSpan(at + 7, 5), CultureInfo.InvariantCulture)
            : null;

    public static int InputTokensOf(int number) => 10 + (number % 7);

    public static int OutputTokensOf(int number) => 3 + (number % 11);

    public static bool IsStreamed(int number) => number % 20 is < 1 or 2 or (> 3 and < 12);

    private static bool IsGivenUp(int number) => number % 10 < 2;

    private static bool Fails(int number) => number % 10 == 2;

    /// <summary>How many chunks the caller reads before it gives up.</summary>
    private static int PatienceOf(int number) => 1 + (number % 9);

    private UpstreamScript ScriptOf(int number)
    {
        var script = new UpstreamScript { Text = Text, ChunkCount = Words, InputTokens = InputTokensOf(number), OutputTokens = OutputTokensOf(number) };
        return IsGivenUp(number) && IsStreamed(number)
            ? script with { BeforeChunk = (index, gone) => index == PatienceOf(number) ? Task.Delay(Timeout.InfiniteTimeSpan, gone) : Task.CompletedTask }
            : IsGivenUp(number) ? script with { BeforeHeaders = gone => HoldAsync(number, gone) }
            : !Fails(number) ? script
            : (number / 20 % 4) switch
            {
                0 => script with { Status = 500 },
                1 => script with { Fault = UpstreamFault.CutInBody, ChunksBeforeFault = 3 },
                2 => script with { Fault = UpstreamFault.ErrorInStream, ChunksBeforeFault = 2 },
                _ => script with { Fault = UpstreamFault.CutBeforeHeaders },
            };
    }

    private Task HoldAsync(int number, CancellationToken gone)
    {
        _arrived[number].TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, gone);
    }

    private async Task RestartAsync(Func<Task> restart)
    {
        while (Volatile.Read(ref _next) < Calls / 2)
        {
            await Task.Delay(5);
        }

        _gatewayIsBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await restart();
        _gatewayIsBack.SetResult();
    }

    private async Task CallAllAsync()
    {
        while (Interlocked.Increment(ref _next) - 1 is < Calls and var number)
        {
            try
            {
                await CallAsync(number);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                await _gatewayIsBack.Task;
            }
        }
    }

    private async Task CallAsync(int number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Headers.Add("x-llmgateway-metadata-number", number.ToString(CultureInfo.InvariantCulture));
        var stream = IsStreamed(number);
        request.Content = new StringContent(
            $$"""{"model":"{{RunningSystem.PricedModel}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"number {{number:D5}}"}]}""",
            new UTF8Encoding(false), new MediaTypeHeaderValue("application/json"));
        using var givingUp = new CancellationTokenSource();
        try
        {
            var sending = _gateways[number % _gateways.Length].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, givingUp.Token);
            if (IsGivenUp(number) && !stream)
            {
                await Task.WhenAny(_arrived[number].Task, sending);
                await givingUp.CancelAsync();
            }

            using var response = await sending;
            await ReadAsync(response, IsGivenUp(number) ? PatienceOf(number) : int.MaxValue, givingUp);
            _delivered[number] = true;
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested)
        {
            // As it was meant.
        }
    }

    private static async Task ReadAsync(HttpResponseMessage response, int chunks, CancellationTokenSource givingUp)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(givingUp.Token));
        var read = 0;
        while (await reader.ReadLineAsync(givingUp.Token) is { } line)
        {
            read += line.Contains("\"content\":\"", StringComparison.Ordinal) && !line.Contains("\"content\":\"\"", StringComparison.Ordinal) ? 1 : 0;
            if (read >= chunks)
            {
                await givingUp.CancelAsync();
            }
        }
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
