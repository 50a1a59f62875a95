using System.Net;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.OwnCalls;

/// <summary>What came of an own call whose answer is wanted whole.</summary>
/// <param name="Status">HTTP status; null where there was no answer.</param>
/// <param name="RequestId">The call's id in the log; null where there was none.</param>
/// <param name="Body">The answer as it came.</param>
/// <param name="Facts">What it says of itself.</param>
/// <param name="Fault">Why there is no answer; null where there is one.</param>
/// <param name="MayPass">Whether the same may succeed later.</param>
/// <param name="RetryAfter">When, as the answer says; null where it does not.</param>
internal sealed record OwnAnswer(
    HttpStatusCode? Status, string? RequestId, byte[] Body, AnswerFacts Facts, CallFault? Fault, bool MayPass, TimeSpan? RetryAfter)
{
    /// <summary>A 429 that no waiting helps against.</summary>
    private const string NoQuota = "insufficient_quota";

    public bool IsGood => Status == HttpStatusCode.OK && Fault is null && !Facts.IsError;

    public static OwnAnswer Of(HttpStatusCode status, string? requestId, byte[] body, TimeSpan? retryAfter)
    {
        var facts = default(AnswerFacts);
        if (!AnswerReader.TryRead(body, ref facts))
        {
            return Without("invalid_answer", $"The answer, of status {(int)status}, is not JSON.", (int)status >= 500) with { Status = status, RequestId = requestId };
        }

        var mayPass = status switch
        {
            HttpStatusCode.TooManyRequests => facts.ErrorCode != NoQuota,
            HttpStatusCode.RequestTimeout => true,
            _ => (int)status >= 500,
        };
        return new OwnAnswer(status, requestId, body, facts, null, mayPass, retryAfter);
    }

    public static OwnAnswer Without(string code, string message, bool mayPass) =>
        new(null, null, [], default, new CallFault(code, message), mayPass, null);
}

/// <summary>Why a call has no answer.</summary>
internal sealed record CallFault(string Code, string Message);
