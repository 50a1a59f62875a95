using System.Text.Json.Nodes;

namespace LlmGateway.Console.Calls;

/// <summary>A metric of the project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>boolean</c>, <c>float</c>, <c>categorical</c>, <c>comment</c> or <c>demonstration</c>.</param>
/// <param name="Level">What it may be said of; null for calls and episodes.</param>
/// <param name="Options">What a categorical one may be; null for anything.</param>
public sealed record FeedbackMetric(string Name, string Type, string? Level, IReadOnlyList<string>? Options)
{
    /// <summary>What can be said though nobody declared it.</summary>
    public static readonly IReadOnlyList<FeedbackMetric> Usual =
        [new("helpful", "boolean", null, null), new("comment", "comment", null, null), new("demonstration", "demonstration", null, null)];
}

/// <summary>What somebody says of a call.</summary>
/// <param name="Metric">By which metric.</param>
/// <param name="Value">As the metric's type has it.</param>
/// <param name="Comment">Null for none.</param>
public sealed record GivenFeedback(string Metric, JsonNode Value, string? Comment)
{
    /// <summary>The body of <c>POST /v1/feedback</c>.</summary>
    public JsonObject For(string call)
    {
        var body = new JsonObject { ["inference_id"] = call, ["metric"] = Metric, ["value"] = Value.DeepClone() };
        if (Comment is not null)
        {
            body["comment"] = Comment;
        }

        return body;
    }
}
