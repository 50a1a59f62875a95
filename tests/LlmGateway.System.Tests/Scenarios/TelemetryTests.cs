using System.Diagnostics;
using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Telemetry;

namespace LlmGateway.System.Tests;

/// <summary>What arrives at an OTLP receiver: names and units by OpenTelemetry's conventions, and one trace from end to end.</summary>
public abstract class TelemetryTests(TracedSystem traced)
{
    private const string CallersSpan = "b7ad6b7169203331";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected OtlpReceiver Receiver { get; } = traced.Receiver;

    private readonly string _trace = ActivityTraceId.CreateRandom().ToHexString();

    [Fact]
    public async Task One_trace_leads_from_the_callers_request_through_the_model_call_to_the_store()
    {
        await CallAsync("local/chat");
        await ArrivedAsync("store inference");
        await ArrivedAsync("chat chat");
        var request = (await ArrivedAsync("POST /v1/chat/completions"))!;
        var attempt = Find("chat chat")!;
        Assert.Equal(CallersSpan, request.ParentSpanId);
        Assert.Equal(request.SpanId, attempt.ParentSpanId);
        Assert.Equal(request.SpanId, Find("store inference")!.ParentSpanId);
        await Eventually.TrueAsync(
            () => Receiver.Spans.Any(span => span.TraceId == _trace && span.Name.EndsWith("/internal/local-model/v1/chat/completions", StringComparison.Ordinal)), "the local model's span", Patience);
        Assert.Equal(
            ("chat", "local", "chat", "stop"),
            (attempt.Attributes["gen_ai.operation.name"], attempt.Attributes["gen_ai.provider.name"], attempt.Attributes["gen_ai.request.model"], attempt.Attributes["gen_ai.response.finish_reasons"]));
        Assert.True(int.Parse(attempt.Attributes["gen_ai.usage.input_tokens"], null) > 0);
        Assert.Equal("local/chat", request.Attributes["llmgateway.model"]);
        Assert.Equal(request.Attributes["llmgateway.inference.id"], Find("store inference")!.Attributes["llmgateway.inference.id"]);
    }

    [Fact]
    public async Task A_provider_gets_the_context_of_the_attempts_span_and_no_other_span_says_the_same()
    {
        await CallAsync("test/gpt-4o-mini");
        var attempt = await ArrivedAsync("chat gpt-4o-mini");
        Assert.Contains(traced.System.Upstream.Requests, request => request.Headers.GetValueOrDefault("traceparent") == $"00-{_trace}-{attempt.SpanId}-01");
        await ArrivedAsync("POST /v1/chat/completions");
        Assert.DoesNotContain(Receiver.Spans, span => span.TraceId == _trace && span.ParentSpanId == attempt.SpanId);
    }

    [Theory]
    [InlineData("gen_ai.client.token.usage", "{token}")]
    [InlineData("gen_ai.client.operation.duration", "s")]
    [InlineData("gen_ai.server.time_to_first_token", "s")]
    [InlineData("llmgateway.cost", "USD")]
    [InlineData("llmgateway.cache.lookups", "{request}")]
    [InlineData("llmgateway.datasets.inferences.stored", "{inference}")]
    [InlineData("http.server.request.duration", "s")]
    public async Task A_calls_metrics_arrive_with_their_names_and_units(string name, string unit)
    {
        await CallAsync("test/gpt-4o-mini");
        await CallAsync("local/chat");
        var metric = await Eventually.GetAsync(
            _ => Task.FromResult(Receiver.Metrics.FirstOrDefault(metric => metric.Name == name && (!IsGenAI(name) || metric.Points.Any(IsOfTheCall)))), name, Patience);
        Assert.Equal(unit, metric.Unit);
    }

    [Fact]
    public async Task Tokens_are_counted_by_their_type()
    {
        await CallAsync("test/gpt-4o-mini");
        await Eventually.TrueAsync(
            () => new[] { "input", "output" }.All(type => Receiver.Metrics.Any(metric =>
                metric.Name == "gen_ai.client.token.usage" && metric.Points.Any(point => point["gen_ai.token.type"] == type))),
            "tokens of both types", Patience);
    }

    [Fact]
    public async Task An_error_is_on_the_span_and_no_prompt_is_anywhere()
    {
        const string secret = "the prompt's own words";
        using var response = await PostAsync("no-such/model", secret);
        var span = await ArrivedAsync("POST /v1/chat/completions");
        Assert.Equal("model_not_found", span.Attributes["error.type"]);
        await Eventually.TrueAsync(() => !Receiver.Logs.IsEmpty, "log lines", Patience);
        Assert.DoesNotContain(Receiver.Logs, log => log.Body.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Receiver.Spans, item => item.Attributes.Values.Any(value => value.Contains(secret, StringComparison.Ordinal)));
    }

    private static bool IsGenAI(string metric) => metric.StartsWith("gen_ai.", StringComparison.Ordinal);

    private static bool IsOfTheCall(IReadOnlyDictionary<string, string> point) =>
        point["gen_ai.operation.name"] == "chat" && point["gen_ai.request.model"] == "test/gpt-4o-mini";

    protected HashSet<string> ServicesOfTrace() => [.. Receiver.Spans.Where(span => span.TraceId == _trace).Select(span => span.Service)];

    private OtlpSpan? Find(string name) => Receiver.Spans.FirstOrDefault(span => span.TraceId == _trace && span.Name == name);

    protected Task<OtlpSpan> ArrivedAsync(string name) => Eventually.GetAsync(_ => Task.FromResult(Find(name)), $"the span {name}", Patience);

    protected async Task CallAsync(string model)
    {
        using var response = await PostAsync(model, "How do I find my card's number?");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> PostAsync(string model, string prompt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("traceparent", $"00-{_trace}-{CallersSpan}-01");
        return await traced.System.Http.SendAsync(request);
    }
}

public sealed class TelemetryOfStandalone(TracedStandalone traced) : TelemetryTests(traced), IClassFixture<TracedStandalone>;

public sealed class TelemetryOfServices(TracedServices traced) : TelemetryTests(traced), IClassFixture<TracedServices>
{
    [Fact]
    public async Task The_trace_runs_through_three_services_and_leads_to_the_brokers()
    {
        await CallAsync("local/chat");
        var store = await ArrivedAsync("store inference");
        await ArrivedAsync("POST /v1/chat/completions");
        await Eventually.TrueAsync(() => ServicesOfTrace().SetEquals(["gateway", "local-model", "datasets"]), "spans of three services", Patience);
        var batch = Assert.Single(store.LinkedTraces);
        await Eventually.TrueAsync(
            () => new[] { "gateway", "datasets" }.All(service => Receiver.Spans.Any(span => span.TraceId == batch && span.Service == service && span.Scope == "MassTransit")),
            "the batch's way through the broker", Patience);
    }
}

/// <summary>A system that exports to a receiver, for the tests of a class.</summary>
public abstract class TracedSystem : IAsyncLifetime
{
    public OtlpReceiver Receiver { get; private set; } = null!;

    public RunningSystem System { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await OtlpReceiver.StartAsync();
        System = await StartAsync(Receiver.Environment);
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<RunningSystem> StartAsync((string Name, string Value)[] environment);
}

public sealed class TracedStandalone : TracedSystem
{
    protected override async Task<RunningSystem> StartAsync((string Name, string Value)[] environment) =>
        await StandaloneProcess.StartAsync(environment);
}

public sealed class TracedServices : TracedSystem
{
    protected override async Task<RunningSystem> StartAsync((string Name, string Value)[] environment) =>
        await ServicesSystem.StartAsync(new SystemServers(), environment);
}
