using System.Text.Json.Nodes;
using CsCheck;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Diff;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>What two versions differ in.</summary>
public sealed class PromptDiffTests
{
    private static readonly Gen<PromptContent> Contents = Gen.Select(
        Gen.OneOf("system", "user"), Gen.OneOf("one", "two", "three", "\n", "", "\r\n").Array[0, 6].Select(parts => string.Join('\n', parts)), (role, content) => new PromptMessage(role, content))
        .Array[0, 6].Select(messages => new PromptContent { Messages = messages });

    [Fact]
    public void Changed_lines_added_removed_and_moved_messages_and_members_are_told_apart()
    {
        var a = new PromptContent
        {
            Model = "gpt-4o-mini",
            Messages = [new("system", "You are kind.\nAnswer in English.\nBe brief."), new("user", "Example question"), new("assistant", "Example answer"), new("user", "{{ question }}")],
            Variables = [new("question"), new("old")],
            Parameters = new JsonObject { ["temperature"] = 0.2, ["stop"] = new JsonArray("a", "b"), ["x y"] = 1 },
        };
        var b = a with
        {
            Messages = [new("system", "You are kind.\nAnswer in German.\nBe brief."), new("user", "{{ question }}"), new("user", "Example question"), new("developer", "Think.")],
            Variables = [new("question", Description: "Asked")],
            Parameters = new JsonObject { ["temperature"] = 0.7, ["stop"] = new JsonArray("a", "c"), ["top_p"] = 1 },
        };

        var diff = PromptDiff.Between(a, b);

        Assert.Equal(
            """
            @@ messages[0] system: changed @@
             You are kind.
            -Answer in English.
            +Answer in German.
             Be brief.
            @@ messages[2] assistant: removed @@
            -Example answer
            @@ messages[1] user: moved to messages[2] @@
            @@ messages[3] developer: added @@
            +Think.
            @@ $.variables[?@.name=='question'].description @@
            +"Asked"
            @@ $.variables[?@.name=='old'] @@
            -{"name":"old","type":"string"}
            @@ $.parameters.temperature @@
            -0.2
            +0.7
            @@ $.parameters.stop[1] @@
            -"b"
            +"c"
            @@ $.parameters['x y'] @@
            -1
            @@ $.parameters.top_p @@
            +1

            """.ReplaceLineEndings("\n"),
            diff.ToText());
    }

    [Fact]
    public void A_versions_diff_to_itself_is_empty_and_that_to_another_is_not() => Gen.Select(Contents, Contents).Sample((a, b) =>
    {
        Assert.Equal("", PromptDiff.Between(a, a).ToText());
        Assert.Equal(a.Messages.SequenceEqual(b.Messages), PromptDiff.Between(a, b).Messages.Count == 0);
    });

    [Fact]
    public void A_change_tells_both_texts_whole() => Gen.Select(Contents, Contents).Sample((a, b) =>
    {
        foreach (var message in PromptDiff.Between(a, b).Messages)
        {
            Assert.True(message.Change == "moved"
                ? a.Messages[message.FromIndex!.Value] == b.Messages[message.ToIndex!.Value]
                : Said(message, "insert") == Content(a, message.FromIndex) && Said(message, "delete") == Content(b, message.ToIndex));
        }

        // Without the lines of one side, those of the other are left.
        static string? Said(MessageDiff message, string without) =>
            message.Lines.All(line => line.Op == without) ? null : string.Join('\n', message.Lines.Where(line => line.Op != without).Select(line => line.Text));

        static string? Content(PromptContent content, int? index) => index is { } there ? content.Messages[there].Content : null;
    });

    [Fact]
    public void Members_of_another_order_are_a_change_of_their_list() =>
        Assert.Equal(["$.variables"], PromptDiff.Between(new PromptContent { Variables = [new("a"), new("b")] }, new PromptContent { Variables = [new("b"), new("a")] }).Members.Select(member => member.Path));
}
