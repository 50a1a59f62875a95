using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Spooling;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Recording;

/// <summary>Prices a finished call and appends it to the spool; whoever writes the answer's last byte calls it first.</summary>
internal sealed class InferenceRecorder(
    InferenceSpool spool, OpenCalls open, PriceTable prices, ProjectDirectory projects, Telemetry telemetry, Limiter limiter, GatewaySettings settings)
{
    private const long MicrosPerMillisecond = 1000;

    /// <summary>
    /// Notes that a provider is about to be called, where the note outlives this process: an attempt whose end nobody saw is
    /// accounted for at the next start.
    /// </summary>
    public void Reserve(InferenceCall call) => call.OpenPlace = open.Note(call.OpenPlace, UnderWay(call));

    /// <summary>Records the call unless that was done already, or as soon as no stage holds it any more.</summary>
    public async ValueTask RecordAsync(InferenceCall call, int status, InferenceOutcome outcome, string? errorCode = null)
    {
        if (call.End is null)
        {
            call.KeepsBodies = call.Scan.Store != false && await projects.LogsBodiesAsync(call.Caller.ProjectId, CancellationToken.None);
            SettleLastAttempt(call, outcome);
            call.End = new CallEnd(status, outcome, errorCode ?? call.Facts.ErrorCode);
        }

        if (call.Holds == 0)
        {
            await WriteAsync(call);
        }
    }

    /// <summary>The outermost stage's word: the call is recorded now, whichever stage still held it when it broke off.</summary>
    public ValueTask CloseAsync(InferenceCall call, int status, InferenceOutcome outcome, string? errorCode = null)
    {
        call.Holds = 0;
        return RecordAsync(call, status, outcome, errorCode);
    }

    /// <summary>A stage that held the call lets it go: the last one to do so has it recorded, if it has ended.</summary>
    public ValueTask ReleaseAsync(InferenceCall call)
    {
        call.Holds--;
        return call.Holds == 0 && call.End is not null ? WriteAsync(call) : ValueTask.CompletedTask;
    }

    /// <summary>What was set aside for the call is given back before its last byte leaves.</summary>
    private ValueTask WriteAsync(InferenceCall call)
    {
        if (call.Record is not null)
        {
            return ValueTask.CompletedTask;
        }

        // A stage may have ended the call itself.
        SettleLastAttempt(call, call.End!.Value.Outcome);
        var keep = call.KeepsBodies;
        call.Record = CallExplanation.WithSettled(Describe(call, call.End!.Value, keep), call);
        var request = keep && call.Request is { } body ? body.Memory : default;
        var response = keep ? call.MaskedResponse ?? call.Captured : default;
        spool.Append(call.Record, new ReadOnlySequence<byte>(request), new ReadOnlySequence<byte>(response));
        open.Close(call.OpenPlace);
        telemetry.Record(call.Record, call.Operation.GenAIName);
        CallSpans.Annotate(call.Span, call.Record);
        return call.Limits is { } limits ? limiter.SettleAsync(limits, call.Record) : ValueTask.CompletedTask;
    }

    /// <summary>What was counted here is the call's from now on: a cache keeps it with the answer.</summary>
    private static void SettleLastAttempt(InferenceCall call, InferenceOutcome outcome)
    {
        if (call.Attempts.Count == call.Used.Count)
        {
            return;
        }

        var used = AttemptUsage.Of(call, outcome);
        call.Used.Add(used);
        if (used.Estimated)
        {
            (call.Facts.InputTokens, call.Facts.OutputTokens) = (used.Tokens.Input, used.Tokens.Output);
            call.UsageEstimated = true;
        }
    }

    private List<InferenceAttempt> AccountFor(InferenceCall call)
    {
        var attempts = new List<InferenceAttempt>(call.Attempts.Count);
        for (var index = 0; index < call.Attempts.Count; index++)
        {
            var attempt = call.Attempts[index].ToRecord(call.Elapsed);
            attempts.Add(attempt with { Account = AccountFor(call, attempt, call.Used[index]) });
        }

        return attempts;
    }

    private InferenceAccount AccountFor(InferenceCall call, InferenceAttempt attempt, in AttemptUsage used)
    {
        // What can write and does not tell how much has an unknown cost, not that of its input.
        var known = used.State == AccountState.Settled && (used.Tokens.Output is not null || !call.Operation.CanStream);
        var priced = known ? prices.Price($"{attempt.Provider}/{attempt.Model}", used.Tokens, call.CreatedAt, used.Tier) : default;
        return new InferenceAccount
        {
            State = used.State,
            InputTokens = used.Tokens.Input,
            CachedInputTokens = used.Tokens.CachedInput,
            CacheWriteTokens = used.Tokens.CacheWrite,
            CacheWrite1hTokens = used.Tokens.CacheWrite1h,
            AudioInputTokens = used.Tokens.AudioInput,
            OutputTokens = used.Tokens.Output,
            ReasoningTokens = used.Tokens.Reasoning,
            AudioOutputTokens = used.Tokens.AudioOutput,
            Estimated = used.Estimated,
            CostNanoUsd = used.IsFree ? 0 : priced.NanoUsd,
            Price = priced.Price,
        };
    }

    private static long? SumOfCosts(List<InferenceAttempt> attempts)
    {
        long? sum = 0;
        foreach (var attempt in attempts)
        {
            // An attempt that served nothing adds nothing that anybody knows of; what was served at an unknown price makes all unknown.
            sum += attempt.Account is { State: AccountState.Settled } settled ? settled.CostNanoUsd : 0;
        }

        return sum;
    }

    private static TokenCounts SumOfTokens(InferenceCall call)
    {
        var sum = default(TokenCounts);
        foreach (var used in call.Used)
        {
            sum = sum.Plus(used.Tokens);
        }

        return sum;
    }

    /// <summary>What stands in the log if nothing else ever will.</summary>
    private static InferenceRecord UnderWay(InferenceCall call)
    {
        var attempts = call.Attempts.Select(attempt => attempt.ToRecord(call.Elapsed)).ToList();
        for (var index = 0; index < attempts.Count; index++)
        {
            var state = index < call.Used.Count ? call.Used[index].State : AccountState.Reserved;
            attempts[index] = attempts[index] with { Account = new InferenceAccount { State = state } };
        }

        return new InferenceRecord
        {
            Id = call.Id,
            ProjectId = call.Caller.ProjectId,
            KeyId = call.Caller.KeyId,
            Purpose = call.Caller.Purpose,
            Operation = call.Operation.Name,
            RequestedModel = call.RequestedModel,
            Model = call.Deployment?.Name,
            Provider = call.Deployment?.Provider.Name,
            CreatedAtMicros = call.CreatedAt.ToUnixTimeMilliseconds() * MicrosPerMillisecond,
            Status = StatusCodes.Status500InternalServerError,
            Outcome = InferenceOutcome.Incomplete,
            ErrorCode = OpenCalls.ErrorCode,
            Streamed = call.Scan.Stream,
            Cache = call.Cache,
            Metadata = call.Metadata,
            EndUser = call.Scan.EndUser,
            EpisodeId = call.EpisodeId,
            TraceId = call.Span?.TraceId.ToHexString(),
            RequestBytes = call.Request?.Length ?? 0,
            ParentId = call.Parent.Id,
            Step = call.Parent.Step,
            Exposure = call.Exposure,
            Attempts = attempts,
        };
    }

    private InferenceRecord Describe(InferenceCall call, CallEnd end, bool keep)
    {
        ref var facts = ref call.Facts;
        var fromCache = call is { Cache: CacheResult.Hit or CacheResult.Shared or CacheResult.Semantic, Attempts.Count: 0 };
        var usage = fromCache ? TokenCounts.Of(facts) : SumOfTokens(call);
        var attempts = AccountFor(call);
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
            UsageEstimated = fromCache ? call.UsageEstimated : call.Used.Exists(used => used.Estimated),
            CostNanoUsd = SumOfCosts(attempts),
            SavedNanoUsd = fromCache ? prices.Price(call.Deployment!.Name, usage, call.CreatedAt, PriceTier.Standard).NanoUsd : null,
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
            Exposure = call.Exposure,
            Explanation = CallExplanation.Of(call, settings.State.Version),
            Attempts = attempts,
        };
    }
}
