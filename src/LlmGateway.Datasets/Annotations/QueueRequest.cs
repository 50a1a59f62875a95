using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations;

/// <summary>The body that makes a queue.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Rubric">What reviewers are asked; at most 20,000 characters.</param>
/// <param name="Mode"><c>single</c>, the default, or <c>pairwise</c>, whose answers are a, b or tie.</param>
/// <param name="ReturnType">The form of an answer; for <c>single</c>.</param>
/// <param name="ReviewersPerItem">1 by default, at most 20.</param>
/// <param name="ReservationMinutes">30 by default, at most 1,440.</param>
/// <param name="Metric">The feedback metric that results land in.</param>
/// <param name="DatasetId">The dataset that results become references of.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QueueRequest(
    string? Name, string? Rubric, string? Mode, AnswerType? ReturnType, int? ReviewersPerItem, int? ReservationMinutes, string? Metric, string? DatasetId)
{
    public const int DefaultReviewers = 1;
    public const int DefaultMinutes = 30;
    private const int MaxReviewers = 20;
    public const int MaxMinutes = 1440;

    /// <summary>The form of an answer, also of a pair.</summary>
    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public AnswerType Check()
    {
        QueueChange.CheckTexts(Name ?? "", Rubric);
        QueueChange.CheckRange(ReviewersPerItem, MaxReviewers, "reviewers_per_item");
        QueueChange.CheckRange(ReservationMinutes, MaxMinutes, "reservation_minutes");
        var answers = (Mode ?? AnnotationQueue.Single, ReturnType) switch
        {
            (AnnotationQueue.Pairwise, null) => AnswerType.OfPair,
            (AnnotationQueue.Pairwise, _) => throw Bad("Invalid 'return_type': a pairwise queue's answers are a, b or tie.", "return_type"),
            (AnnotationQueue.Single, { } given) => given,
            (AnnotationQueue.Single, null) => throw Bad("Missing required parameter: 'return_type'.", "return_type"),
            _ => throw Bad($"Invalid 'mode': expected '{AnnotationQueue.Single}' or '{AnnotationQueue.Pairwise}'.", "mode"),
        };
        answers.Check();
        return answers;
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
