using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Spooling;
using LlmGateway.OpenAI;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Gateway.Recording;

/// <summary>Prices a finished call and appends it to the spool; whoever writes the answer's last byte calls it first.</summary>
internal sealed class InferenceRecorder(InferenceSpool spool, PriceTable prices, ProjectDirectory projects, Telemetry telemetry)
{
    private const long MicrosPerMillisecond = 1000;

    /// <summary>Records the call unless that was done already, or as soon as no stage holds it any more.</summary>
    public async ValueTask RecordAsync(InferenceCall call, int status, InferenceOutcome outcome, string? errorCode = null)
    {
        if (call.End is null)
        {
            call.KeepsBodies = call.Scan.Store != false && await projects.LogsBodiesAsync(call.Caller.ProjectId, CancellationToken.None);
            EstimateMissingUsage(call, outcome);
            call.End = new CallEnd(status, outcome, errorCode ?? call.Facts.ErrorCode);
        }

        if (call.Holds == 0)
        {
            Write(call);
        }
    }

    /// <summary>The outermost stage's word: the call is recorded now, whichever stage still held it when it broke off.</summary>
    public ValueTask CloseAsync(InferenceCall call, int status, InferenceOutcome outcome, string? errorCode = null)
    {
        call.Holds = 0;
        return RecordAsync(call, status, outcome, errorCode);
    }

    /// <summary>A stage that held the call lets it go: the last one to do so has it recorded, if it has ended.</summary>
    public void Release(InferenceCall call)
    {
        call.Holds--;
        if (call.Holds == 0 && call.End is not null)
        {
            Write(call);
        }
    }

    private void Write(InferenceCall call)
    {
        if (call.Record is not null)
        {
            return;
        }

        var keep = call.KeepsBodies;
        call.Record = Describe(call, call.End!.Value, keep);
        var request = keep && call.Request is { } body ? body.Memory : default;
        var response = keep ? call.MaskedResponse ?? call.Captured : default;
        spool.Append(call.Record, new ReadOnlySequence<byte>(request), new ReadOnlySequence<byte>(response));
        telemetry.Record(call.Record, call.Operation.GenAIName);
        CallSpans.Annotate(call.Span, call.Record);
    }

    /// <summary>Tokens are counted here only when the provider served something and did not say how much.</summary>
    private static void EstimateMissingUsage(InferenceCall call, InferenceOutcome outcome)
    {
        if (call.Facts.HasUsage || outcome == InferenceOutcome.Failed || call.Request is null || call.Response.Length == 0 || call.Deployment is null)
        {
            return;
        }

        call.Facts.InputTokens = ChatTokenEstimator.EstimateInput(call.Request.Span);
        call.Facts.OutputTokens = call.Operation.CanStream ? CountOutput(call) : 0;
        call.UsageEstimated = true;
    }

    private static int CountOutput(InferenceCall call)
    {
        var json = call.Captured;
        if (call.IsSse && StreamAssembler.TryAssemble(call.Operation.Name, json.Span, out var assembled, out _))
        {
            json = assembled;
        }

        return AnswerText.TryRead(json, out var text) ? TokenCounter.ForModel(call.Deployment!.Model).Count(text) : 0;
    }

    private InferenceRecord Describe(InferenceCall call, CallEnd end, bool keep)
    {
        ref var facts = ref call.Facts;
        var usage = new TokenCounts(facts.InputTokens, facts.OutputTokens, facts.CachedInputTokens, facts.ReasoningTokens);
        var fromCache = call.Cache is CacheResult.Hit or CacheResult.Shared or CacheResult.Semantic;
        return new InferenceRecord
        {
            Id = call.Id,
            ProjectId = call.Caller.ProjectId,
            KeyId = call.Caller.KeyId,
            Purpose = call.Caller.Purpose,
            Operation = call.Operation.Name,
            BodyId = facts.Id,
            RequestedModel = call.RequestedModel,
            Model = call.Deployment?.Name,
            Provider = call.Deployment?.Provider.Name,
            CreatedAtMicros = call.CreatedAt.ToUnixTimeMilliseconds() * MicrosPerMillisecond,
            DurationMicros = (long)call.Elapsed.TotalMicroseconds,
            TimeToFirstTokenMicros = (long?)call.TimeToFirstToken?.TotalMicroseconds,
            Status = end.Status,
            Outcome = end.Outcome,
            ErrorCode = end.ErrorCode,
            Streamed = call.IsSse,
            Cache = call.Cache,
            FinishReason = facts.FinishReason,
            InputTokens = usage.Input,
            OutputTokens = usage.Output,
            CachedInputTokens = usage.CachedInput,
            ReasoningTokens = usage.Reasoning,
            UsageEstimated = call.UsageEstimated,
            CostNanoUsd = fromCache ? 0 : call.Deployment is { } deployment ? prices.Cost(deployment.Name, usage) : null,
            Metadata = call.Metadata,
            EndUser = call.Scan.EndUser,
            EpisodeId = call.EpisodeId,
            TraceId = call.Span?.TraceId.ToHexString(),
            SpanId = call.Span is { Recorded: true } span ? span.SpanId.ToHexString() : null,
            RequestBytes = call.Request?.Length ?? 0,
            ResponseBytes = call.ResponseBytes,
            BodiesKept = keep,
            Prompt = keep || call.Prompt is null ? call.Prompt : call.Prompt with { Variables = null },
            ParentId = call.Parent.Id,
            Step = call.Parent.Step,
            Retrieval = call.Retrieval.Count == 0 ? null : [.. call.Retrieval.Select(looked => keep ? looked : looked with { Query = null })],
            Scores = call.Scores.Count == 0 ? null : [.. call.Scores],
            Attempts = [.. call.Attempts.Select(attempt => attempt.ToRecord(call.Elapsed))],
        };
    }
}
