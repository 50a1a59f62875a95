using System.Diagnostics;
using System.Globalization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway;

/// <summary>
/// Spans of model calls: the caller's request, and in it one for each attempt, by OpenTelemetry's GenAI conventions
/// (<see href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/"/>). Where nobody listens they cost nothing.
/// </summary>
internal static class CallSpans
{
    private static readonly ActivitySource Source = new(Telemetry.Name);

    /// <summary>Begins the span of an upstream call, such as <c>chat gpt-4o-mini</c>. It is the only one of the request: its client makes none.</summary>
    /// <param name="operation">What is asked for.</param>
    /// <param name="provider">Who is asked.</param>
    /// <param name="model">The model's name there; null where the request is not read.</param>
    public static Activity? StartAttempt(Operation operation, Provider provider, string? model)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity(model is null ? operation.GenAIName : $"{operation.GenAIName} {model}", ActivityKind.Client);
        span?.SetTag("gen_ai.operation.name", operation.GenAIName);
        span?.SetTag("gen_ai.provider.name", provider.Name);
        span?.SetTag("gen_ai.request.model", model);
        return span;
    }

    public static void EndAttempt(Activity? span, InferenceCall call, UpstreamAttempt attempt)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("http.response.status_code", attempt.Status);
        span.SetTag("gen_ai.response.id", call.Facts.Id);
        span.SetTag("gen_ai.response.finish_reasons", call.Facts.FinishReason is { } reason ? new[] { reason } : null);
        span.SetTag("gen_ai.usage.input_tokens", call.Facts.InputTokens);
        span.SetTag("gen_ai.usage.output_tokens", call.Facts.OutputTokens);
        MarkError(span, attempt.Error ?? (attempt.Status >= 400 ? attempt.Status.Value.ToString(CultureInfo.InvariantCulture) : null));
    }

    /// <summary>Puts the finished call on the span of the caller's request.</summary>
    public static void Annotate(Activity? span, InferenceRecord record)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("llmgateway.inference.id", record.Id.ToString());
        span.SetTag("llmgateway.project.id", record.ProjectId);
        span.SetTag("llmgateway.model", record.Model ?? record.RequestedModel);
        span.SetTag("llmgateway.cache.result", record.Cache.ToString().ToLowerInvariant());
        span.SetTag("llmgateway.cost_usd", record.CostNanoUsd / 1e9);
        MarkError(span, ErrorOf(record));
    }

    /// <summary>OpenTelemetry's <c>error.type</c>: the error's code or else the status; null where all went well.</summary>
    public static string? ErrorOf(InferenceRecord record) => record.Outcome == InferenceOutcome.Completed
        ? null
        : record.ErrorCode ?? record.Status.ToString(CultureInfo.InvariantCulture);

    private static void MarkError(Activity span, string? error)
    {
        if (error is not null)
        {
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
