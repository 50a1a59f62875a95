using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Curation;

/// <summary>What each step leaves out or changes.</summary>
public sealed class StepTests(SharedHost host) : IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("I'm sorry, but I can't help with that.")]
    [InlineData("Sorry, I understand. I’m unable to assist with this request.")]
    [InlineData("Es tut mir leid, aber ich kann dabei nicht helfen.")]
    [InlineData("Lo siento, pero no puedo ayudarte con eso.")]
    [InlineData("Je suis désolé, mais je ne peux pas répondre à cela.")]
    [InlineData("抱歉，我无法提供这些信息。")]
    public async Task A_refusal_is_left_out(string output) => Assert.Equal("refused", await ReasonAsync(output, """{"step":"refused"}"""));

    [Theory]
    [InlineData("I'm sorry to hear that. Your refund is on its way.")]
    [InlineData("You can't use the card abroad before you activate it: open the app, choose the card, and tap Activate.")]
    public async Task An_apology_that_helps_stays(string output) => Assert.Null(await ReasonAsync(output, """{"step":"refused"}"""));

    [Fact]
    public async Task A_message_that_says_it_refuses_is_left_out() =>
        Assert.Equal("refused", await ReasonOfAsync("""{"input":"x","reference":{"role":"assistant","content":null,"refusal":"No."}}""", """{"step":"refused"}"""));

    [Theory]
    [InlineData("Here it is:\n```python\nprint(1)\n")]
    [InlineData("""{"name": "Ann", "orders": [1, 2""")]
    [InlineData("LONG And so we come to the last part of the answer, which is that the")]
    public async Task An_output_that_does_not_end_is_left_out(string output) =>
        Assert.Equal("truncated", await ReasonAsync(output.Replace("LONG", Sentences, StringComparison.Ordinal), """{"step":"truncated"}"""));

    [Theory]
    [InlineData("card_arrival")]
    [InlineData("Here it is:\n```python\nprint(1)\n```")]
    [InlineData("[citation needed] is what they wrote")]
    [InlineData("LONG And that is all.")]
    [InlineData("LONG\n- a list\n- that ends without a full stop")]
    public async Task An_output_that_ends_stays(string output) =>
        Assert.Null(await ReasonAsync(output.Replace("LONG", Sentences, StringComparison.Ordinal), """{"step":"truncated"}"""));

    [Fact]
    public async Task Metadata_can_say_that_an_output_was_cut() =>
        Assert.Equal("truncated", await ReasonOfAsync("""{"input":"x","reference":"y","metadata":{"finish_reason":"length"}}""", """{"step":"truncated","by_text":false}"""));

    [Theory]
    [InlineData("""{"step":"length","of":"input","min":9}""", "too_short")]
    [InlineData("""{"step":"length","of":"input","max":7}""", "too_long")]
    [InlineData("""{"step":"length","of":"input","min":8,"max":8}""", null)]
    [InlineData("""{"step":"length","of":"reference","max":1,"unit":"tokens"}""", "too_long")]
    [InlineData("""{"step":"length","of":"reference","max":2,"unit":"tokens"}""", null)]
    public async Task Bounds_of_length_are_inclusive(string step, string? reason) =>
        Assert.Equal(reason, await ReasonOfAsync("""{"input":"question","reference":"hello world"}""", step));

    [Theory]
    [InlineData("Wo ist meine Karte? Ich warte seit einer Woche auf sie.", null)]
    [InlineData("Where is my card? I have been waiting for a week.", "language")]
    [InlineData("ok", null)]
    public async Task Other_languages_are_left_out_and_what_is_too_short_to_tell_stays(string input, string? reason) =>
        Assert.Equal(reason, await ReasonOfAsync($$"""{"input":"{{input}}","reference":"y"}""", """{"step":"language","allowed":["de","fr"]}"""));

    [Fact]
    public async Task Personal_data_is_masked_the_same_wherever_it_stands()
    {
        const string Line = """
            {"input":{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"I am ann@example.com, my IBAN is DE89 3704 0044 0532 0130 00, not bob@example.com"}]},"reference":"Thanks, ann@example.com!","metadata":{"from":"ann@example.com","n":4111111111111111}}
            """;
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var version = await client.VersionAsync(dataset, Line, ""","curation":[{"step":"personal_data"}]""");
        var item = (await client.GetJsonAsync($"{dataset}/versions/1/items")).GetProperty("data")[0];
        Assert.Equal("I am <EMAIL_1>, my IBAN is <IBAN_1>, not <EMAIL_2>", item.GetProperty("input").GetProperty("messages")[1].Text("content"));
        Assert.Equal(("Thanks, <EMAIL_1>!", "<EMAIL_1>"), (item.Text("reference"), item.GetProperty("metadata").Text("from")));
        var step = version.GetProperty("report").GetProperty("steps")[0];
        Assert.Equal((1, """{"email":4,"iban":1}"""), (step.GetProperty("changed").GetInt32(), step.GetProperty("found").GetRawText()));

        await client.VersionAsync(dataset, Line);
        Assert.Equal(item.Text("id"), (await client.GetJsonAsync($"{dataset}/versions/2/items")).Ids()[0]);
    }

    [Theory]
    [InlineData("""{"step":"personal_data","action":"drop"}""", "personal_data")]
    [InlineData("""{"step":"personal_data","action":"drop","kinds":["phone","iban"]}""", null)]
    public async Task Items_with_personal_data_of_the_kinds_can_be_left_out(string step, string? reason) =>
        Assert.Equal(reason, await ReasonAsync("Write to ann@example.com", step));

    [Theory]
    [InlineData("none", "c")]
    [InlineData("majority", "a1 a2 c")]
    public async Task Of_labels_that_conflict_all_or_the_fewer_are_left_out(string keep, string left)
    {
        const string Lines = """
            {"id":"a1","input":"Where is it?","reference":"arrival"}
            {"id":"b1","input":"Is it late?","reference":"arrival"}
            {"id":"a2","input":"where is  it?","reference":"arrival"}
            {"id":"a3","input":"Where is it?","reference":"refund"}
            {"id":"b2","input":"Is it late?","reference":"delay"}
            {"id":"c","input":"I want my money back","reference":"refund"}
            """;
        Assert.Equal(left, await LeftAsync(Lines, $$"""{"step":"conflicting_labels","keep":"{{keep}}"}"""));
    }

    [Fact]
    public async Task A_cluster_keeps_its_first_items()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 6).Select(number => $$"""{"id":"{{number}}","input":"Please tell me the current balance of my account number {{number}}"}""")
            .Append("""{"id":"x","input":"Something else entirely"}"""));
        Assert.Equal("0 1 x", await LeftAsync(lines, """{"step":"cluster_cap","max":2}"""));
    }

    [Fact]
    public async Task An_instruction_that_all_items_share_makes_them_no_duplicates()
    {
        var instruction = string.Join(' ', Enumerable.Repeat("Answer politely and briefly.", 20));
        var lines = $$"""
            {"id":"a","input":[{"role":"system","content":"{{instruction}}"},{"role":"user","content":"Where is my card?"}]}
            {"id":"b","input":[{"role":"system","content":"{{instruction}}"},{"role":"user","content":"Why so many fees?"}]}
            {"id":"c","input":[{"role":"developer","content":"Other."},{"role":"user","content":"why so many fees?"}]}
            """;
        Assert.Equal("a b", await LeftAsync(lines, """{"step":"near_duplicates"}"""));
    }

    [Fact]
    public async Task Steps_go_in_the_order_of_the_caller()
    {
        // Masked first, the two are the same; compared first, they are not.
        const string Lines = """
            {"id":"a","input":"ann.a.very.long.address.of.hers@example.com asks"}
            {"id":"b","input":"bob@example.org asks"}
            """;
        Assert.Equal("a", await LeftAsync(Lines, """{"step":"personal_data"},{"step":"exact_duplicates"}"""));
        Assert.Equal("a b", await LeftAsync(Lines, """{"step":"exact_duplicates"},{"step":"personal_data"}"""));
    }

    private static string Sentences => string.Concat(Enumerable.Repeat("This is a sentence with an end. ", 15));

    private async Task<string?> ReasonAsync(string output, string step) =>
        await ReasonOfAsync($$"""{"input":"x","reference":{{JsonSerializer.Serialize(output)}}}""", step);

    /// <summary>Why the first item is left out; null if it stays.</summary>
    private async Task<string?> ReasonOfAsync(string line, string step)
    {
        var client = host.NewProject();
        var version = await client.VersionAsync(await client.DatasetAsync(), line + "\n" + """{"id":"other","input":[{"role":"user","content":"Was ist das, und wie kann ich es tun?"}]}""", $$"""
            ,"curation":[{{step}}],"dry_run":true
            """);
        return version.GetProperty("examples").EnumerateArray().Where(drop => drop.Text("id") != "other").Select(drop => drop.Text("reason")).FirstOrDefault();
    }

    private async Task<string> LeftAsync(string lines, string steps)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, lines, $$""","curation":[{{steps}}]""");
        return string.Join(' ', (await client.GetJsonAsync($"{dataset}/versions/1/items")).Ids());
    }
}
