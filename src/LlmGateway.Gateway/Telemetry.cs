using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway;

/// <summary>
/// Metrics of model calls, by OpenTelemetry's GenAI conventions
/// (<see href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/"/>), with the buckets that they advise.
/// </summary>
internal sealed class Telemetry
{
    public const string Name = "LlmGateway.Gateway";
    private const double MicrosPerSecond = 1_000_000;

    private static readonly InstrumentAdvice<long> TokenBuckets = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private static readonly InstrumentAdvice<double> DurationBuckets = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<double> FirstTokenBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    };

    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _cache;

    public Telemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _tokens = meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", advice: TokenBuckets);
        _duration = meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Duration of a call.", advice: DurationBuckets);
        _firstToken = meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "Time to the first token of an answer.", advice: FirstTokenBuckets);
        _cost = meter.CreateCounter<double>("llmgateway.cost", "USD", "What calls cost, as far as it is known.");
        _cache = meter.CreateCounter<long>("llmgateway.cache.lookups", "{request}", "Requests by what the cache did.");
    }

    public void Record(InferenceRecord record, string operation)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation },
            { "gen_ai.provider.name", record.Provider },
            { "gen_ai.request.model", record.RequestedModel },
            { "gen_ai.response.model", record.Model },
        };
        RecordDuration(record, tags);
        if (record.TimeToFirstTokenMicros is { } first)
        {
            _firstToken.Record(first / MicrosPerSecond, tags);
        }

        _cache.Add(1, new KeyValuePair<string, object?>("llmgateway.cache.result", record.Cache.ToString().ToLowerInvariant()));
        if (record.CostNanoUsd is { } nano)
        {
            _cost.Add(nano / 1e9, tags);
        }

        RecordTokens(record.InputTokens, "input", tags);
        RecordTokens(record.OutputTokens, "output", tags);
    }

    private void RecordDuration(InferenceRecord record, TagList tags)
    {
        if (CallSpans.ErrorOf(record) is { } error)
        {
            tags.Add("error.type", error);
        }

        _duration.Record(record.DurationMicros / MicrosPerSecond, tags);
    }

    private void RecordTokens(long? count, string type, TagList tags)
    {
        if (count is { } tokens)
        {
            tags.Add("gen_ai.token.type", type);
            _tokens.Record(tokens, tags);
        }
    }
}
