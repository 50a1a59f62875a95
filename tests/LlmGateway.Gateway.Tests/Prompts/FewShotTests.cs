using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Where a prompt's examples stand, and which they are.</summary>
public sealed class FewShotTests
{
    private static readonly PromptExample[] Examples =
    [
        new("How do I lock my stolen card?", "lost_card"), new("What is the exchange rate today?", "exchange_rate"), new("My card was stolen", "lost_card"),
        new("The exchange rate at the weekend", "exchange_rate"), new("What's the EXCHANGE rate for euros", "exchange_rate"),
    ];

    [Fact]
    public void Fixed_examples_stand_in_their_order_behind_the_instructions()
    {
        var rendered = Compile(new FewShotBlock { Examples = [.. Examples.Take(2)] }).Render(new() { ["question"] = "Hi {{ question }}" });
        Assert.Equal(
            ["system: Label it.", "user: How do I lock my stolen card?", "assistant: lost_card", "user: What is the exchange rate today?", "assistant: exchange_rate", "user: Hi {{ question }}"],
            Said(rendered));
    }

    [Fact]
    public void The_likest_stands_last_and_none_says_what_is_asked()
    {
        var prompt = Compile(new FewShotBlock { Examples = Examples, K = 2, Diversity = 0 });
        Assert.Equal(
            ["The exchange rate at the weekend", "What is the exchange rate today?"],
            Inputs(prompt.Render(new() { ["question"] = "Whats the exchange rate for the euros?" })));
    }

    [Fact]
    public void The_requests_own_question_is_what_examples_are_compared_with_unless_the_block_says_else()
    {
        var block = new FewShotBlock { Examples = Examples, K = 1, Diversity = 0 };
        Assert.Equal(["My card was stolen"], Inputs(Compile(block).Render(new() { ["question"] = "exchange rate" }, input: "Somebody has stolen my card!")));
        Assert.Equal(["What is the exchange rate today?"], Inputs(Compile(block with { Query = "{{ question }} today" }).Render(new() { ["question"] = "exchange rate" }, input: "Somebody has stolen my card!")));
    }

    [Fact]
    public void Balanced_examples_take_from_each_output() => Assert.Equal(
        ["exchange_rate", "lost_card"],
        Compile(new FewShotBlock { Examples = Examples, K = 2, Balance = true }).Render(new() { ["question"] = "exchange rate for euros" })
            .Messages.Where(message => message.Role == "assistant").Select(message => message.Content).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("few_shot.examples", 0, null, 0.3)]
    [InlineData("few_shot.examples", 1_001, null, 0.3)]
    [InlineData("few_shot.k", 1, 0, 0.3)]
    [InlineData("few_shot.k", 1, 101, 0.3)]
    [InlineData("few_shot.diversity", 1, 1, 1.1)]
    [InlineData("few_shot.diversity", 1, 1, double.NaN)]
    public void What_is_wrong_with_a_block_is_named(string param, int examples, int? k, double diversity) => Assert.Equal(
        param,
        Assert.Throws<ApiException>(() => Compile(new FewShotBlock { Examples = [.. Enumerable.Repeat(Examples[0], examples)], K = k, Diversity = diversity })).Error.Param);

    [Fact]
    public void A_blocks_query_is_checked_like_any_template() =>
        Assert.Equal("few_shot.query", Assert.Throws<ApiException>(() => Compile(new FewShotBlock { Examples = Examples, K = 1, Query = "{{ nothing }}" })).Error.Param);

    private static CompiledPrompt Compile(FewShotBlock block) => PromptTemplates.Compile(new PromptContent
    {
        Messages = [new("system", "Label it."), new("user", "{{ question }}")],
        Variables = [new("question")],
        FewShot = block,
    });

    private static IEnumerable<string> Said(RenderedPrompt prompt) => prompt.Messages.Select(message => $"{message.Role}: {message.Content}");

    private static IEnumerable<string> Inputs(RenderedPrompt prompt) => prompt.Messages.Where(message => message.Role == "user").SkipLast(1).Select(message => message.Content);
}
