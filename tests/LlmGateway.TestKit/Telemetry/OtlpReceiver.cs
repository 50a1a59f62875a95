using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmGateway.TestKit.Telemetry;

/// <summary>A real receiver of OTLP over HTTP: what programs export, any number of them, is kept for a test to look at.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public ConcurrentQueue<OtlpMetric> Metrics { get; } = new();

    public ConcurrentQueue<OtlpLog> Logs { get; } = new();

    /// <summary>What came, as it came.</summary>
    public ConcurrentQueue<byte[]> Payloads { get; } = new();

    /// <summary>The environment by which a program exports here, and soon.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.Use((context, next) => KeepAsync(context, receiver.Payloads, next));
        app.MapPost("/v1/traces", (HttpContext context) => ReceiveAsync(context, body => OtlpReader.ReadSpans(body).ForEach(receiver.Spans.Enqueue)));
        app.MapPost("/v1/metrics", (HttpContext context) => ReceiveAsync(context, body => OtlpReader.ReadMetrics(body).ForEach(receiver.Metrics.Enqueue)));
        app.MapPost("/v1/logs", (HttpContext context) => ReceiveAsync(context, body => OtlpReader.ReadLogs(body).ForEach(receiver.Logs.Enqueue)));
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task KeepAsync(HttpContext context, ConcurrentQueue<byte[]> payloads, RequestDelegate next)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        payloads.Enqueue(body.ToArray());
        body.Position = 0;
        context.Request.Body = body;
        await next(context);
    }

    private static async Task ReceiveAsync(HttpContext context, Action<byte[]> keep)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        keep(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }
}

/// <summary>A span; ids in lower-case hex, <paramref name="ParentSpanId"/> empty for a root, <paramref name="LinkedTraces"/> those of its links.</summary>
public sealed record OtlpSpan(
    string Service,
    string Scope,
    string TraceId,
    string SpanId,
    string ParentSpanId,
    string Name,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> LinkedTraces);

/// <summary>A metric with the attributes of all its points.</summary>
public sealed record OtlpMetric(string Service, string Name, string Unit, IReadOnlyList<IReadOnlyDictionary<string, string>> Points);

/// <summary>A log line; <paramref name="TraceId"/> is empty outside a trace.</summary>
public sealed record OtlpLog(string Service, string Body, string TraceId);
