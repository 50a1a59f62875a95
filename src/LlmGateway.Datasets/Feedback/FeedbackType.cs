namespace LlmGateway.Datasets.Feedback;

/// <summary>What a metric's values are, as it stands on the wire and in the store.</summary>
internal static class FeedbackType
{
    public const string Boolean = "boolean";

    public const string Float = "float";

    /// <summary>One of a few texts.</summary>
    public const string Categorical = "categorical";

    /// <summary>Text about the output.</summary>
    public const string Comment = "comment";

    /// <summary>What the output should have been: an assistant message.</summary>
    public const string Demonstration = "demonstration";

    public static readonly IReadOnlyList<string> All = [Boolean, Float, Categorical, Comment, Demonstration];

    /// <summary>The metric's type when its name alone tells it: <c>comment</c> and <c>demonstration</c> are what they say.</summary>
    public static string? OfName(string metric) => metric is Comment or Demonstration ? metric : null;
}
