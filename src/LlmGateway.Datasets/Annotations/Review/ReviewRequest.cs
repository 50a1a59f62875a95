using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations.Review;

/// <summary>The body of what a reviewer does.</summary>
/// <param name="Reviewer">Who it is, 1 to 128 characters; by default the API key.</param>
/// <param name="Value">The answer, in the queue's form.</param>
/// <param name="Comment">At most 10,000 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReviewRequest(string? Reviewer, JsonElement? Value, string? Comment)
{
    private const int MaxReviewerLength = 128;
    private const int MaxCommentLength = 10_000;

    /// <summary>Who it is.</summary>
    /// <exception cref="ApiException">A field is malformed, or nobody is named and the caller has no key (400).</exception>
    public string Check(Caller caller)
    {
        if (Comment is { Length: 0 or > MaxCommentLength } || Comment?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'comment': expected 1 to {MaxCommentLength} characters, none of them NUL.", "comment"));
        }

        return (Reviewer ?? caller.KeyId) is { Length: > 0 and <= MaxReviewerLength } reviewer && !reviewer.Any(char.IsControl)
            ? reviewer
            : throw new ApiException(ApiErrors.BadRequest($"Missing or invalid 'reviewer': expected 1 to {MaxReviewerLength} characters.", "reviewer"));
    }

    /// <exception cref="ApiException">There is no answer, or it is not of the queue's form (400).</exception>
    public string ReadValue(AnswerType answers) =>
        answers.Read(Value ?? throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'value'.", "value")));
}
