using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts;
using LlmGateway.OpenAI;
using LlmGateway.Schemas;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Structured;

/// <summary>Checks a call's answer against the schema that it was asked for, has it repaired once if the prompt says so, and notes the finding.</summary>
internal sealed class AnswerCheck(AnswerRepair repair, StructuredOutputMetrics metrics)
{
    private const string ScoreName = "structured_output";
    private const string ErrorCode = "structured_output_invalid";
    private const int MaxReason = 256;
    private static readonly StructuredOutputPolicy Default = new();

    /// <returns>The answer's JSON, as the caller is to get it.</returns>
    /// <exception cref="ApiException">502: it does not fit, and the policy is to refuse it then.</exception>
    public async Task<ReadOnlyMemory<byte>> SettleAsync(InferenceCall call, AnswerFormat format, CancellationToken cancellationToken)
    {
        var policy = call.StructuredOutput ?? Default;
        var json = Whole(call);
        var answer = StructuredAnswer.Read(call.Operation, json.Span);
        if (answer is { HasText: false })
        {
            return json;
        }

        var errors = Check(answer, format);
        var wasWrong = errors.Count > 0;
        if (wasWrong && policy.Repair && answer is { IsCutOff: false, OnlyText: { } text })
        {
            var body = StructuredRequest.Write(call.Request!.Memory, call.Operation, format.ToPrompt(call), new AnswerCorrection(text, errors));
            if (await repair.AskAsync(call, body, cancellationToken) is { } second)
            {
                var (first, corrected) = (answer, StructuredAnswer.Read(call.Operation, second));
                (answer, json, errors) = (corrected, second, Check(corrected, format));
                corrected?.AddUsage(first);
                Identify(call, second);
            }
        }

        Note(call, errors, wasWrong);
        return errors.Count > 0 && policy.Enforce ? throw Refuse(call, format, errors) : answer?.ToJson(json) ?? json;
    }

    /// <summary>A provider may stream although it was not asked to.</summary>
    private static ReadOnlyMemory<byte> Whole(InferenceCall call) => call.IsSse
        ? StreamAssembler.TryAssemble(call.Operation.Name, call.Response.Span, out var json, out _) ? json : default
        : call.Response.Memory.ToArray();

    private static IReadOnlyList<SchemaError> Check(StructuredAnswer? answer, AnswerFormat format)
    {
        if (answer is null or { HasText: false })
        {
            return [new SchemaError("#", "no text in the answer")];
        }

        var errors = answer.Check(format.Schema);
        return errors.Count > 0 && answer.IsCutOff ? [new SchemaError("#", "cut off before its end, by the limit of tokens or a filter"), .. errors] : errors;
    }

    /// <summary>The caller gets the second answer, by its id.</summary>
    private static void Identify(InferenceCall call, ReadOnlySpan<byte> json)
    {
        var facts = new AnswerFacts();
        AnswerReader.TryRead(json, ref facts);
        (call.Facts.Id, call.Facts.FinishReason) = (facts.Id, facts.FinishReason);
    }

    /// <summary>Paths may hold a model's own words, so the reason has none.</summary>
    private void Note(InferenceCall call, IReadOnlyList<SchemaError> errors, bool wasWrong)
    {
        var valid = errors.Count == 0;
        var reason = valid ? wasWrong ? "repaired" : null : string.Join(", ", errors.Select(error => error.Kind).Distinct());
        call.Scores.Add(new InferenceScore(ScoreName, valid ? 1 : 0, valid, reason is { Length: > MaxReason } ? reason[..MaxReason] : reason));
        call.FailedCheck |= !valid;
        metrics.Count(call.Deployment!.Name, valid ? wasWrong ? "repaired" : "valid" : "invalid");
    }

    private static ApiException Refuse(InferenceCall call, AnswerFormat format, IReadOnlyList<SchemaError> errors)
    {
        call.End = new CallEnd(StatusCodes.Status502BadGateway, InferenceOutcome.Failed, ErrorCode);
        return new ApiException(new ApiError(
            StatusCodes.Status502BadGateway, ErrorCode,
            $"The model's answer does not fit the schema of '{format.Param}': {string.Join("; ", errors)}. Try again, or let a prompt's 'structured_output' repair it.",
            format.Param));
    }
}
