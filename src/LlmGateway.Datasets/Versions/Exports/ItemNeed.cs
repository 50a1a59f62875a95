using System.Text.Json;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>What a format for training needs of an item.</summary>
/// <param name="Code">Of the error where an item does not have it.</param>
/// <param name="Text">In words.</param>
/// <param name="Check">Throws a <see cref="LineException"/> that says what is wrong.</param>
/// <param name="Messages">What a model is trained on, for counting.</param>
internal sealed record ItemNeed(string Code, string Text, Action<ItemContent> Check, Func<ItemContent, IEnumerable<JsonElement>> Messages)
{
    private const string Input = "text or messages as 'input'";

    /// <summary>A conversation with an answer, by OpenAI's rules.</summary>
    public static readonly ItemNeed Supervised = new(
        "not_supervised", $"{Input}, and text or an assistant message as 'reference'", CheckSupervised, item => [.. item.Prompt, item.Answer!.Value]);

    /// <summary>Two answers to one conversation.</summary>
    public static readonly ItemNeed Preference = new(
        "not_preference",
        $"{Input}, and text or an assistant message as 'reference' and as 'rejected'",
        CheckPreference,
        item => [.. item.Prompt, item.Answer!.Value, item.RejectedAnswer!.Value]);

    /// <summary>A conversation that waits for an answer.</summary>
    public static readonly ItemNeed Reinforcement = new(
        "not_reinforcement", $"{Input} that end with the user's, and no 'metadata' of the names 'messages', 'tools' and '{OpenAILines.ReferenceField}'", CheckReinforcement, item => item.Prompt);

    /// <summary>What the layout with <c>from</c> and <c>value</c> can say.</summary>
    public static readonly ItemNeed ShareGpt = new(
        "not_sharegpt",
        $"{Input} in turns of user and assistant, all of them text or calls, and text or an assistant message as 'reference'",
        item =>
        {
            CheckSupervised(item);
            ShareGptLines.Check(item, item.Answer!.Value);
        },
        Supervised.Messages);

    public static readonly ItemNeed ShareGptPreference = new(
        "not_sharegpt",
        $"{Input} in turns of user and assistant, all of them text or calls, and text or an assistant message as 'reference' and as 'rejected'",
        item =>
        {
            CheckPreference(item);
            ShareGptLines.Check(item, item.Answer!.Value);
            ShareGptLines.Check(item, item.RejectedAnswer!.Value);
        },
        Preference.Messages);

    /// <summary>What is wrong with an item; null if nothing is.</summary>
    public string? Fault(ItemContent item)
    {
        try
        {
            Check(item);
            return null;
        }
        catch (LineException exception)
        {
            return exception.Message;
        }
    }

    private static void CheckSupervised(ItemContent item)
    {
        IReadOnlyList<JsonElement> messages = [.. PromptOf(item), Given(item.Answer, "reference")];
        ChatRules.Check(messages, "messages");
        ChatRules.CheckTools(item.Input, "input.tools");
        if (!ChatRules.AnyTrained(messages))
        {
            throw new LineException("each answer of the assistant has the weight 0");
        }
    }

    private static void CheckPreference(ItemContent item)
    {
        ChatRules.Check(PromptOf(item), "input.messages");
        ChatRules.CheckTools(item.Input, "input.tools");
        ChatRules.Check([Given(item.Answer, "reference")], "reference");
        ChatRules.Check([Given(item.RejectedAnswer, "rejected")], "rejected");
    }

    private static void CheckReinforcement(ItemContent item)
    {
        var prompt = PromptOf(item);
        ChatRules.Check(prompt, "input.messages");
        ChatRules.CheckTools(item.Input, "input.tools");
        if (ChatRules.Role(prompt[^1]) != "user")
        {
            throw new LineException("'input' does not end with a message of the user's");
        }

        if (item.MetadataMembers.Select(member => member.Name).FirstOrDefault(name => name is "messages" or "tools" or OpenAILines.ReferenceField) is { } taken)
        {
            throw new LineException($"'metadata.{taken}' has a name that the format needs");
        }
    }

    private static IReadOnlyList<JsonElement> PromptOf(ItemContent item) =>
        item.Prompt.Count > 0 ? item.Prompt : throw new LineException("'input' is neither text nor messages");

    private static JsonElement Given(JsonElement? answer, string member) =>
        answer ?? throw new LineException($"'{member}' is neither text nor an assistant message");
}
