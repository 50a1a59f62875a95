namespace LlmGateway.Evaluation.Tests;

/// <summary>Requests' parts that many tests share.</summary>
internal static class Criteria
{
    public static object Equal(string reference = "{{ item.answer }}", string name = "equal") =>
        new { type = "string_check", name, input = "{{ sample.output_text }}", reference, operation = "eq" };

    public static object Judge(string model = "judge", double threshold = 0.5) => new
    {
        type = "score_model",
        name = "judge",
        model,
        input = new[] { new { role = "user", content = "Is {{ sample.output_text }} right?" } },
        range = new[] { 0, 1 },
        pass_threshold = threshold,
    };

    public static object Inline(params object[] items) =>
        new { type = "file_content", content = items.Select(item => new { item }) };

    public static object Completions(object source, string model = "test/model") => new
    {
        type = "completions",
        model,
        source,
        input_messages = new { type = "template", template = new[] { new { role = "user", content = "Q: {{ item.question }}" } } },
    };

    public static object Replay(object source, string field = "answer") => new { type = "completions", model = $"replay/source#{field}", source };
}
