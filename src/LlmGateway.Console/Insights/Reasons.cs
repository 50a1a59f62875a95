namespace LlmGateway.Console.Insights;

/// <summary>The API's classes of failure, in words.</summary>
internal static class Reasons
{
    public static readonly string[] All =
        ["context-missing", "context-noise", "behaviour-format", "behaviour-reasoning", "label-or-grader", "unstable", "unexplained"];

    public static string Read(string? label) => label switch
    {
        "context-missing" => "What answers it was not in the prompt",
        "context-noise" => "Other context hid what answers it",
        "behaviour-format" => "The answer has not the form asked for",
        "behaviour-reasoning" => "It knows enough and acts otherwise",
        "label-or-grader" => "The reference or the grader is wrong",
        "unstable" => "Chance: asked again, it passes",
        "unexplained" => "Nothing that was measured explains it",
        null => "control",
        _ => label,
    };
}
