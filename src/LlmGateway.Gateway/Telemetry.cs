using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway;

/// <summary>Traces and metrics of model calls, by OpenTelemetry's GenAI conventions.</summary>
internal sealed class Telemetry
{
    public const string Name = "LlmGateway.Gateway";
    private const double MicrosPerSecond = 1_000_000;

    public static readonly ActivitySource Source = new(Name);

    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _cache;

    public Telemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _tokens = meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.");
        _duration = meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Duration of a call.");
        _firstToken = meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s", "Time to the first token of an answer.");
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
        _duration.Record(record.DurationMicros / MicrosPerSecond, tags);
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

    /// <summary>Puts a finished call on the server's span.</summary>
    public static void Annotate(Activity? activity, InferenceRecord record, string operation)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.SetTag("gen_ai.operation.name", operation);
        activity.SetTag("gen_ai.provider.name", record.Provider);
        activity.SetTag("gen_ai.request.model", record.RequestedModel);
        activity.SetTag("gen_ai.response.model", record.Model);
        activity.SetTag("gen_ai.usage.input_tokens", record.InputTokens);
        activity.SetTag("gen_ai.usage.output_tokens", record.OutputTokens);
        activity.SetTag("llmgateway.inference.id", record.Id.ToString());
        activity.SetTag("llmgateway.cache.result", record.Cache.ToString().ToLowerInvariant());
        activity.SetTag("llmgateway.cost_usd", record.CostNanoUsd / 1e9);
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
