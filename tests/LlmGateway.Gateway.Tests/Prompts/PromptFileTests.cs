using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Files;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Versions as text: what is read is what was written, and what is wrong is told with its line.</summary>
public sealed class PromptFileTests
{
    /// <summary>Texts that look like what the format is made of, and what text can hold at all.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(

        Gen.OneOf(
            "", " ", "\n", "\r\n", "\r", "a", "null", "true", "~", "1", "-0", "1e5", "0x1", "- a", "a: b", "# c", "---", "...", "<user>", "</user>", @"\</user>", @"\\<system>",
            "</user> ", "{{ x }}", "\"", "'", "\\", "\t", "\u0085", "\u2028", "\uFEFF", "\0", "\u0007", "ünï 日本 👩‍🚀", "a b", "@a", "&a", "*a", "!!str a", "%", "|", ">", "{", "[", "a #b", "yes", "2026-11-26"),
        Gen.Char.Where(c => !char.IsSurrogate(c)).Array[0, 8].Select(characters => new string(characters)));

    private static readonly Gen<string> Content = Gen.Select(Text, Text.Array[0, 6], Gen.OneOf("\n", "\r\n", "", " "), (first, rest, join) => first + string.Concat(rest.Select(text => join + text)));

    private static readonly Gen<JsonNode?> Scalar = Gen.OneOf(
        Content.Select(text => (JsonNode?)text),
        Gen.OneOf("null", "true", "false", "0", "-1", "1.50", "1e300", "-2.5E-7", "12345678901234567890123").Select(json => JsonNode.Parse(json)));

    private static readonly Gen<JsonNode?> Node = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? Scalar
        : Gen.OneOf(Scalar, inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])), Members(inner).Select(members => (JsonNode?)members)));

    private static readonly Gen<PromptContent> Contents =
        from messages in Gen.Select(Gen.OneOf("system", "developer", "user", "assistant"), Content, (role, content) => new PromptMessage(role, content)).Array[0, 5]
        from variables in Gen.Select(Text, Content, Scalar, (name, description, value) => new PromptVariable(name, "string", value is null ? null : JsonSerializer.SerializeToElement(value), description)).Array[0, 3]
        from parameters in Members(Node).Null()
        from tools in Node.Array[0, 2].Select(items => new JsonArray([.. items.Select(item => item?.DeepClone())])).Null()
        from format in Members(Node).Null()
        from choice in Node
        from examples in Gen.Select(Content, Content, (input, output) => new PromptExample(input, output)).Array[1, 3]
        from hasExamples in Gen.Bool
        from steps in Gen.Select(Text, Members(Text.Select(text => (JsonNode?)text)), Content, (name, values, when) =>
            new PromptStep(name, "p@1", values.ToDictionary(member => member.Key, member => member.Value!.GetValue<string>()), When: when)).Array[0, 2].Null()
        from model in Text.Null()
        select new PromptContent
        {
            Model = model,
            Messages = messages,
            Variables = variables,
            Parameters = parameters,
            Tools = tools,
            ToolChoice = choice?.DeepClone(),
            ResponseFormat = format,
            FewShot = hasExamples ? new FewShotBlock { Examples = examples, K = 2, Query = model, Diversity = 0.25 } : null,
            Retrieval = hasExamples ? [new("docs", "vs_1", messages.Length > 0 ? messages[0].Content : "q", 3)] : [],
            Steps = steps,
            StructuredOutput = hasExamples ? new(Repair: true) : null,
        };

    [Fact]
    public void Any_content_comes_back_from_its_file_to_the_character() => Contents.Sample(content =>
    {
        var text = PromptFile.Write(content);
        Assert.Equal(Json(content), Json(PromptFile.Read(text)));
        Assert.Equal(text, PromptFile.Write(PromptFile.Read(text)));
    }, iter: 500);

    [Fact]
    public void A_file_reads_as_people_write_it()
    {
        const string file = """
            ---
            # what it is for
            model: gpt-4o-mini
            variables:
              - {name: question, type: string}
              - name: tone
                default: 'kind'
                description: >-
                  How to
                  speak
            parameters: { temperature: 0.20, stop: ["\n"] }
            ---

            <system>
            Be {{ tone }}.
            \<user>
            </system>

            <user>
            {{ question }}

            </user>
            """;

        var content = PromptFile.Read(file.ReplaceLineEndings("\n"));

        Assert.Equal("gpt-4o-mini", content.Model);
        Assert.Equal([new("system", "Be {{ tone }}.\n<user>"), new PromptMessage("user", "{{ question }}\n")], content.Messages);
        Assert.Equal("""{"temperature":0.20,"stop":["\n"]}""", content.Parameters!.ToJsonString());
        Assert.Equal(("tone", "kind", "How to speak"), (content.Variables[1].Name, content.Variables[1].Default!.Value.GetString(), content.Variables[1].Description));
        Assert.Equal(Json(content), Json(PromptFile.Read("\uFEFF" + file.ReplaceLineEndings("\r\n"))));
        Assert.Equal(
            """
            ---
            model: gpt-4o-mini
            variables:
              -
                name: question
                type: string
              -
                name: tone
                type: string
                default: kind
                description: How to speak
            parameters:
              temperature: 0.20
              stop:
                - "\n"
            ---
            <system>
            Be {{ tone }}.
            \<user>
            </system>
            <user>
            {{ question }}

            </user>

            """.ReplaceLineEndings("\n"),
            PromptFile.Write(content));
    }

    [Theory]
    [InlineData("<user>\nhi\n</user>")]
    [InlineData("---\n---\n<user>\nhi\n</user>\n")]
    [InlineData("---\n# nothing\n---\n<user>\nhi\n</user>\n")]
    public void Front_matter_may_be_missing_or_empty(string file) => Assert.Equal([new PromptMessage("user", "hi")], PromptFile.Read(file).Messages);

    [Theory]
    [InlineData("---\nmodel: a\n", 1, "no line '---' ends it")]
    [InlineData("---\nmodel: a\nmodle: b\n---\n", 3, "$.modle")]
    [InlineData("---\nvariables:\n  - name: x\n    typo: y\n---\n", 4, "$.variables[0].typo")]
    [InlineData("---\nfew_shot:\n  k: many\n---\n", 3, "$.few_shot.k")]
    [InlineData("---\nmodel: a\nmodel: b\n---\n", 3, "a second time")]
    [InlineData("---\nvariables:\n---\n", 2, "$.variables")]
    [InlineData("---\nmodel: &x a\n---\n", 2, "anchors")]
    [InlineData("---\nmodel: *x\n---\n", 2, "")]
    [InlineData("---\nmodel: !!python/object a\n---\n", 2, "tags")]
    [InlineData("---\n- a\n---\n", 2, "members")]
    [InlineData("---\nmodel: [a\n---\n", 3, "YAML")]
    [InlineData("---\nmessages: []\n---\n", 2, "below the front matter")]
    [InlineData("---\n? [a]\n: b\n---\n", 2, "name")]
    [InlineData("hello", 1, "<user>")]
    [InlineData("<user>\na\n</user>\nb\n", 4, "<user>")]
    [InlineData("<tool>\na\n</tool>", 1, "<user>")]
    [InlineData("<user>\na\n</system>\n", 1, "</user>")]
    public void What_is_wrong_with_a_file_is_told_with_its_line(string file, int line, string what)
    {
        var error = Assert.Throws<ApiException>(() => PromptFile.Read(file)).Error;
        Assert.Equal((400, "file", "invalid_prompt_file"), (error.Status, error.Param, error.Code));
        Assert.StartsWith($"Line {line} ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_bounded_in_size_and_depth_and_cannot_expand()
    {
        Assert.Throws<ApiException>(() => PromptFile.Read(new string(' ', PromptFile.MaxLength + 1)));
        Assert.Throws<ApiException>(() => PromptFile.Read($"---\nparameters: {new string('[', 100)}{new string(']', 100)}\n---\n"));
        Assert.Throws<ApiException>(() => PromptFile.Read($"---\nparameters: {new string('[', 100_000)}\n---\n"));
        Assert.Throws<ApiException>(() => PromptFile.Read("---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n---\n"));
    }

    private static Gen<JsonObject> Members(Gen<JsonNode?> value) => Gen.Select(Text, value).Array[0, 3].Select(members =>
        new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone()))));

    private static string Json(PromptContent content) => JsonSerializer.Serialize(content, PromptFileJsonContext.Default.PromptContent);
}
