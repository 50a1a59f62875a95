namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// The public queue of feedback, to which programs of any kind write. A message is plain JSON, the body of
/// <c>POST /v1/feedback</c> with two members more: <c>id</c>, required, under which it counts once however often it is
/// delivered; and <c>project</c>, by default <c>proj_default</c>.
/// </summary>
public static class FeedbackQueue
{
    public const string Name = "feedback";
}
