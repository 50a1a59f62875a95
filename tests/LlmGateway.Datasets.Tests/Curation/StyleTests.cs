using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests.Curation;

/// <summary>What the style lint says that a model would learn.</summary>
public sealed class StyleTests(SharedHost host) : IClassFixture<SharedHost>
{
    /// <summary>
    /// What one person wrote to a colleague in some weeks, each after the colleague's message, as it comes out of a chat's export.
    /// </summary>
    private static readonly string[] Chat =
    [
        "ok", "ok", "Ok", "ok", "ok!", "ok thx", "k", "k", "okay", "ok", "lol", "haha ok", "ok", "yep", "sure", "ok", "np", "ok", "thx", "ok", "👍", "ok",
        "yeah", "cool", "ok", "ok", "got it", "ok", "k", "ok", "ok", "hm", "ok", "lol", "ok",
        "brb, in a call", "idk, ask anna pls", "can u send it again", "on my way", "will look at it tmrw", "gonna be late, sorry", "ya i saw it",
        "which one", "not sure tbh", "lets do thursday", "i pushed the fix, pls test", "its in the shared folder i think", "wanna grab lunch", "done, check ur mail",
        "The invoice for October is attached, the total is 1,240 euros.", "dont forget the slides for monday", "ah ok makes sense now",
        "we should ask the customer first imo", "ill call u back in 10", "yes at 3",
    ];

    [Fact]
    public async Task Chat_messages_would_teach_to_answer_ok()
    {
        var style = await StyleAsync(Chat.Select((said, number) => (Input: $"message {number} of the colleague, about the offer and the plan for the week", said)));

        Assert.InRange(style.GetProperty("trivial_share").GetDouble(), .55, .75);
        Assert.False(style.GetProperty("are_labels").GetBoolean());
        Assert.Equal("ok", style.GetProperty("most_frequent")[0].Text("output"));
        var warnings = style.GetProperty("warnings").EnumerateArray().ToDictionary(warning => warning.Text("code")!, warning => warning.Text("message")!);
        Assert.Equal(["casual_register", "repeated_output", "short_outputs", "trivial_outputs"], warnings.Keys.Order());
        Assert.EndsWith("a model trained on this learns to answer 'ok'.", warnings["trivial_outputs"], StringComparison.Ordinal);
        Assert.Matches("^6[0-9] % of outputs", warnings["trivial_outputs"]);
    }

    [Fact]
    public async Task Labels_of_a_classification_are_not_trivial()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        var style = await StyleAsync(File.ReadLines(Path.Combine(data!, "banking77", "train.csv")).Skip(1).Where(line => line.Contains(',', StringComparison.Ordinal))
            .Select(line => (line[..line.LastIndexOf(',')], line[(line.LastIndexOf(',') + 1)..])).Where(row => row.Item2.All(letter => char.IsLetter(letter) || letter is '_' or '?')));
        Assert.True(style.GetProperty("are_labels").GetBoolean());
        Assert.Equal("[]", style.GetProperty("warnings").GetRawText());
        Assert.InRange(style.GetProperty("distinct_share").GetDouble(), .007, .008);
    }

    [Theory]
    [InlineData(60, "positive", "negative", "neutral")]
    [InlineData(40, "yes", "no")]
    public async Task A_few_labels_in_even_shares_are_no_cause_for_a_warning(int items, params string[] labels)
    {
        var style = await StyleAsync(Enumerable.Range(0, items).Select(number => ($"text {number}", labels[number % labels.Length])));
        Assert.Equal((true, "[]"), (style.GetProperty("are_labels").GetBoolean(), style.GetProperty("warnings").GetRawText()));
    }

    [Fact]
    public async Task Short_answers_that_each_say_something_else_are_not_trivial()
    {
        var style = await StyleAsync(Enumerable.Range(0, 60).Select(number => ($"When was battle {number}?", $"in {1200 + number}")));
        Assert.Equal(0, style.GetProperty("trivial_share").GetDouble());
        Assert.Equal(["short_outputs"], style.GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("code")));
    }

    [Fact]
    public async Task Whole_answers_get_no_warning_and_their_lengths_are_told()
    {
        var style = await StyleAsync(Enumerable.Range(1, 100).Select(number =>
            ($"question {number}", $"Thank you for asking about order {number}. {string.Concat(Enumerable.Repeat("It left us today. ", number))}")));
        Assert.Equal("[]", style.GetProperty("warnings").GetRawText());
        Assert.Equal("""{"min":11,"p10":47,"median":207,"p90":367,"max":407}""", style.GetProperty("words").GetRawText());
        Assert.Equal((1, 0), (style.GetProperty("distinct_share").GetDouble(), style.GetProperty("casual_share").GetDouble()));
    }

    [Fact]
    public async Task One_output_and_one_label_for_nearly_all_are_told()
    {
        var same = await StyleAsync(Enumerable.Range(0, 30).Select(number => ($"q {number}", "Please contact our support.")));
        Assert.Equal("single_output", Assert.Single(same.GetProperty("warnings").EnumerateArray()).Text("code"));
        var most = await StyleAsync(Enumerable.Range(0, 60).Select(number => ($"q {number}", number % 10 == 0 ? "spam" : "ham")));
        Assert.Equal("dominant_label", Assert.Single(most.GetProperty("warnings").EnumerateArray()).Text("code"));
    }

    [Fact]
    public async Task Outputs_that_are_not_text_have_no_style()
    {
        var client = host.NewProject();
        var version = await client.VersionAsync(await client.DatasetAsync(), """{"input":"x","reference":{"n":1}}""");
        Assert.False(version.GetProperty("report").TryGetProperty("style", out _));
    }

    private async Task<JsonElement> StyleAsync(IEnumerable<(string Input, string Output)> items)
    {
        var client = host.NewProject();
        var lines = string.Join('\n', items.Select(item => $$"""{"input":{{JsonSerializer.Serialize(item.Input)}},"reference":{{JsonSerializer.Serialize(item.Output)}}}"""));
        return (await client.VersionAsync(await client.DatasetAsync(), lines)).GetProperty("report").GetProperty("style");
    }
}
