using LlmGateway.Datasets.Feedback;

namespace LlmGateway.Datasets.Annotations.Review;

/// <summary>Says an item's label of the call that gave its output, where the queue has a metric and the item a call.</summary>
internal sealed class LabelFeedback(FeedbackIntake intake)
{
    /// <returns>What was said; null for nothing.</returns>
    public async Task<FeedbackRecord?> SendAsync(AnnotationQueue queue, AnnotationItem item, CancellationToken cancellationToken)
    {
        if (queue.Metric is not { } metric || item.InferenceId is not { } inference)
        {
            return null;
        }

        var tags = new Dictionary<string, string> { ["annotation_queue"] = queue.Id, ["adjudicated"] = item.Adjudicator is null ? "false" : "true" };
        return await intake.TakeAsync(
            queue.ProjectId,
            new FeedbackRequest(inference, null, metric, queue.Answers().ToFeedback(item.Label!), item.Comment, tags, $"annotation:{item.Id}"),
            FeedbackRequest.KeyField,
            cancellationToken);
    }
}
