using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Console.Api;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Playground;

/// <summary>An answer as it comes.</summary>
public sealed class RunningAnswer
{
    /// <summary>What a page holds of an answer, and of each call of a tool; more is dropped.</summary>
    private const int MaxCharacters = 1 << 20;
    private const int MaxCalls = 128;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(60);
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly SortedDictionary<int, ToolCall> _calls = [];
    private readonly GatewayApi _api;
    private readonly JsonObject _request;

    /// <param name="api">Where it is asked.</param>
    /// <param name="model">Who is asked, as it was chosen.</param>
    /// <param name="request">What is asked.</param>
    internal RunningAnswer(GatewayApi api, string? model, JsonObject request) => (_api, Model, _request) = (api, model, request);

    public string? Model { get; }

    public string Text => _text.ToString();

    public string Reasoning => _reasoning.ToString();

    /// <summary>Calls of tools that the model asks for.</summary>
    public IEnumerable<ToolCall> Calls => _calls.Values;

    public bool IsRunning { get; private set; } = true;

    public bool IsStopped { get; private set; }

    /// <summary>The log's id of the call; null until the answer begins.</summary>
    public string? InferenceId { get; private set; }

    public string? FinishReason { get; private set; }

    public TimeSpan? FirstToken { get; private set; }

    public TimeSpan Took { get; private set; }

    public long? InputTokens { get; private set; }

    public long? OutputTokens { get; private set; }

    public GatewayException? Failure { get; private set; }

    /// <summary>Called when there is more to see, some times a second at most.</summary>
    public Func<Task>? Changed { get; set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var shown = TimeSpan.Zero;
        try
        {
            await foreach (var chunk in _api.StreamAsync(HttpMethod.Post, "/v1/chat/completions", _request, cancellationToken, ReadHeaders))
            {
                Read(chunk, watch.Elapsed);
                Took = watch.Elapsed;
                if (Took - shown > Frame)
                {
                    shown = Took;
                    await TellAsync();
                }
            }
        }
        catch (GatewayException failure)
        {
            Failure = failure;
        }
        catch (OperationCanceledException)
        {
            IsStopped = true;
        }

        (Took, IsRunning) = (watch.Elapsed, false);
        await TellAsync();
    }

    private Task TellAsync() => Changed?.Invoke() ?? Task.CompletedTask;

    private void ReadHeaders(HttpResponseHeaders headers) =>
        InferenceId = headers.TryGetValues("x-llmgateway-inference-id", out var ids) ? ids.FirstOrDefault() : null;

    private void Read(JsonElement chunk, TimeSpan at)
    {
        if (chunk.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (chunk.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            throw new GatewayException(StatusOf(error), new OpenAIError(Part(error, "message") ?? "The provider ended the stream with an error.", Part(error, "type") ?? OpenAIErrorTypes.ServerError, Part(error, "param"), Part(error, "code")));
        }

        if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object)
        {
            (InputTokens, OutputTokens) = (Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"));
        }

        foreach (var choice in Entries(chunk, "choices"))
        {
            FinishReason = choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString() : FinishReason;
            if (choice.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object)
            {
                ReadDelta(delta, at);
            }
        }
    }

    private void ReadDelta(JsonElement delta, TimeSpan at)
    {
        foreach (var (text, member) in new[] { (_text, "content"), (_text, "refusal"), (_reasoning, "reasoning_content") })
        {
            Append(text, delta, member, at);
        }

        foreach (var call in Entries(delta, "tool_calls"))
        {
            var index = (int)Math.Clamp(Number(call, "index") ?? 0, 0, MaxCalls - 1);
            if (!_calls.TryGetValue(index, out var known))
            {
                _calls[index] = known = new ToolCall();
            }

            if (call.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
            {
                known.Add(Part(function, "name"), Part(function, "arguments"), MaxCharacters);
            }
        }
    }

    private void Append(StringBuilder text, JsonElement delta, string member, TimeSpan at)
    {
        if (Part(delta, member) is { Length: > 0 } part && text.Length < MaxCharacters)
        {
            FirstToken ??= at;
            text.Append(part);
        }
    }

    private static List<JsonElement> Entries(JsonElement of, string member) =>
        of.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object)] : [];

    private static int StatusOf(JsonElement error) => error.TryGetProperty("code", out var code) && code.ToString().Contains("invalid", StringComparison.Ordinal) ? 400 : 502;

    private static string? Part(JsonElement of, string member) => of.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement of, string member) => of.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}

/// <summary>A call of a tool that a model asks for, as it comes.</summary>
public sealed class ToolCall
{
    private readonly StringBuilder _name = new();
    private readonly StringBuilder _arguments = new();

    public string Name => _name.ToString();

    public string Arguments => _arguments.ToString();

    internal void Add(string? name, string? arguments, int most)
    {
        _name.Append(_name.Length < most ? name : null);
        _arguments.Append(_arguments.Length < most ? arguments : null);
    }
}
