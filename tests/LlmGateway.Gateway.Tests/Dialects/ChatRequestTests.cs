using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What becomes of a chat completion's request on its way to Anthropic's messages.</summary>
public sealed class ChatRequestTests
{
    [Fact]
    public void Instructions_stand_apart_and_neighbours_of_one_role_become_one_turn()
    {
        var (request, dropped) = Translate(
            """
            {"model": "x", "messages": [
              {"role": "system", "content": "Be brief."},
              {"role": "user", "content": "Hi"},
              {"role": "user", "content": [{"type": "text", "text": "there"}, {"type": "text", "text": ""}]},
              {"role": "developer", "content": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]},
              {"role": "assistant", "content": "Hello "}]}
            """);

        Translated.AssertJson(
            """
            {"model": "claude-sonnet-4-5", "max_tokens": 4096,
             "system": [{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
             "messages": [
              {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}]},
              {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}]}
            """, request);
        Assert.Empty(dropped);
    }

    [Fact]
    public void Instructions_alone_are_what_the_user_says()
    {
        var (request, _) = Translate("""{"messages": [{"role": "system", "content": "Say hello."}]}""");

        Translated.AssertJson("""[{"role": "user", "content": [{"type": "text", "text": "Say hello."}]}]""", request["messages"]);
        Assert.Null(request["system"]);
    }

    [Fact]
    public void Parallel_calls_and_their_results_keep_their_ids_and_arguments()
    {
        var (request, _) = Translate(
            """
            {"messages": [
              {"role": "user", "content": "Weather?"},
              {"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\",\"days\":2}"}},
                {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": ""}},
                {"id": "call_3", "type": "function", "function": {"name": "broken", "arguments": "{\"city\":"}}]},
              {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
              {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "noon"}]},
              {"role": "tool", "tool_call_id": "call_3", "content": "error"},
              {"role": "user", "content": "Well?"}]}
            """);

        Translated.AssertJson(
            """
            [{"role": "user", "content": [{"type": "text", "text": "Weather?"}]},
             {"role": "assistant", "content": [
               {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Oslo", "days": 2}},
               {"type": "tool_use", "id": "call_2", "name": "time", "input": {}},
               {"type": "tool_use", "id": "call_3", "name": "broken", "input": {"malformed_arguments": "{\"city\":"}}]},
             {"role": "user", "content": [
               {"type": "tool_result", "tool_use_id": "call_1", "content": "rain"},
               {"type": "tool_result", "tool_use_id": "call_2", "content": [{"type": "text", "text": "noon"}]},
               {"type": "tool_result", "tool_use_id": "call_3", "content": "error"},
               {"type": "text", "text": "Well?"}]}]
            """, request["messages"]);
    }

    [Fact]
    public void Pictures_and_documents_come_by_address_or_with_their_data()
    {
        var (request, _) = Translate(
            """
            {"messages": [{"role": "user", "content": [
              {"type": "image_url", "image_url": {"url": "https://a.test/cat.png", "detail": "high"}},
              {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA"}},
              {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,BBBB"}},
              {"type": "file", "file": {"filename": "a.txt", "file_data": "data:text/plain;base64,aGVsbG8="}}]}]}
            """);

        Translated.AssertJson(
            """
            [{"type": "image", "source": {"type": "url", "url": "https://a.test/cat.png"}},
             {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "AAAA"}},
             {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"}, "title": "a.pdf"},
             {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hello"}, "title": "a.txt"}]
            """, request["messages"]![0]!["content"]);
    }

    [Theory]
    [InlineData("""{"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}""", "messages[0].content[0]")]
    [InlineData("""{"type": "file", "file": {"file_id": "file-1"}}""", "messages[0].content[0]")]
    [InlineData("""{"type": "image_url", "image_url": {"url": "ftp://a"}}""", "messages[0].content[0].image_url")]
    [InlineData("""{"type": "file", "file": {"file_data": "data:text/plain;base64,%%"}}""", "messages[0].content[0].file.file_data")]
    [InlineData("""{"type": "riddle"}""", "messages[0].content[0]")]
    public void What_the_model_cannot_be_shown_is_refused_never_left_out(string part, string param)
    {
        var error = Assert.Throws<ApiException>(() => Translate($$"""{"messages": [{"role": "user", "content": [{{part}}]}]}""")).Error;

        Assert.Equal((400, "unsupported_content", param), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public void Tools_and_the_choice_among_them()
    {
        var (request, dropped) = Translate(
            """
            {"messages": [{"role": "user", "content": "Hi"}], "parallel_tool_calls": false, "tool_choice": "required", "tools": [
              {"type": "function", "function": {"name": "a", "description": "A.", "strict": true, "parameters": {"type": "object", "properties": {}, "additionalProperties": false}}},
              {"type": "function", "function": {"name": "b"}},
              {"type": "custom", "custom": {"name": "c"}},
              {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}]}
            """);

        Translated.AssertJson(
            """
            [{"name": "a", "description": "A.", "input_schema": {"type": "object", "properties": {}, "additionalProperties": false}, "strict": true},
             {"name": "b", "input_schema": {"type": "object"}},
             {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}]
            """, request["tools"]);
        Translated.AssertJson("""{"type": "any", "disable_parallel_tool_use": true}""", request["tool_choice"]);
        Assert.Equal(["tools[2]"], dropped);
    }

    [Theory]
    [InlineData("\"none\"", """{"type": "none"}""")]
    [InlineData("\"auto\"", """{"type": "auto"}""")]
    [InlineData("""{"type": "function", "function": {"name": "a"}}""", """{"type": "tool", "name": "a"}""")]
    [InlineData("""{"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "a"}}]}}""", """{"type": "any"}""")]
    public void Each_choice_has_its_counterpart(string choice, string expected)
    {
        var (request, _) = Translate($$$"""
            {"messages": [{"role": "user", "content": "Hi"}], "tool_choice": {{{choice}}},
             "tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "b"}}]}
            """);

        Translated.AssertJson(expected, request["tool_choice"]);
        Assert.Equal(choice.Contains("allowed", StringComparison.Ordinal) ? 1 : 2, request["tools"]!.AsArray().Count);
    }

    [Fact]
    public void Parameters_are_mapped_clamped_or_dropped_and_named()
    {
        var (request, dropped) = Translate(
            """
            {"messages": [{"role": "user", "content": "Hi"}], "max_completion_tokens": 50, "temperature": 1.7, "stop": ["END", " "], "user": "u-1", "stream": true,
             "stream_options": {"include_usage": true}, "service_tier": "auto", "top_k": 5,
             "n": 1, "logprobs": false, "frequency_penalty": 0, "store": true, "metadata": {"a": "b"}, "prompt_cache_key": "k",
             "seed": 3, "logit_bias": {"5": 1}, "presence_penalty": 0.5, "whatever": "x"}
            """);

        Translated.AssertJson(
            """
            {"model": "claude-sonnet-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
             "temperature": 1, "top_k": 5, "stop_sequences": ["END"], "metadata": {"user_id": "u-1"}, "stream": true, "service_tier": "auto"}
            """, request);
        Assert.Equal(["stop", "seed", "logit_bias", "presence_penalty", "whatever"], dropped);
    }

    [Fact]
    public void A_route_may_refuse_what_it_would_drop()
    {
        var error = Assert.Throws<ApiException>(() => Translated.Request(
            Operation.ChatCompletions, Translated.Claude(unsupported: UnsupportedParameters.Refuse), """{"messages": [{"role": "user", "content": "Hi"}], "seed": 3}""")).Error;

        Assert.Equal((400, "unsupported_parameter", "seed"), (error.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData("claude-3-7-sonnet-latest", """{"temperature": 0.5, "top_p": 0.9}""", "temperature,top_p", "")]
    [InlineData("claude-sonnet-4-20250514", """{"temperature": 0.5, "top_p": 0.9}""", "temperature", "top_p")]
    [InlineData("claude-opus-4-1-20250805", """{"temperature": 1, "top_p": 0.9}""", "top_p", "")]
    [InlineData("claude-opus-4-7", """{"temperature": 0.5, "top_p": 0.9, "top_k": 3}""", "", "temperature,top_p,top_k")]
    [InlineData("claude-opus-4-7", """{"temperature": 1, "top_p": 1}""", "", "")]
    public void Sampling_is_what_the_model_takes(string model, string given, string written, string named)
    {
        var chat = JsonNode.Parse(given)!.AsObject();
        chat["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" });

        var (request, dropped) = Translated.Request(Operation.ChatCompletions, Translated.Claude(model), chat.ToJsonString());

        Assert.Equal(written, string.Join(',', request.AsObject().Select(member => member.Key).Where(name => name is "temperature" or "top_p" or "top_k")));
        Assert.Equal(named, string.Join(',', dropped));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "medium", """{"type": "enabled", "budget_tokens": 8192}""", null, 12288)]
    [InlineData("claude-opus-4-6", "xhigh", """{"type": "adaptive", "display": "summarized"}""", "max", 4096)]
    [InlineData("claude-opus-4-7", "xhigh", """{"type": "adaptive", "display": "summarized"}""", "xhigh", 4096)]
    [InlineData("claude-fable-5", "minimal", """{"type": "adaptive", "display": "summarized"}""", "low", 4096)]
    [InlineData("claude-sonnet-4-5", "none", """{"type": "disabled"}""", null, 4096)]
    public void Effort_is_a_budget_or_an_effort(string model, string effort, string thinking, string? said, int limit)
    {
        var (request, dropped) = Translated.Request(
            Operation.ChatCompletions, Translated.Claude(model), $$"""{"messages": [{"role": "user", "content": "Hi"}], "reasoning_effort": "{{effort}}", "temperature": 1}""");

        Translated.AssertJson(thinking, request["thinking"]);
        Assert.Equal(said, (string?)request["output_config"]?["effort"]);
        Assert.Equal(limit, (int)request["max_tokens"]!);
        Assert.Empty(dropped);
    }

    [Theory]
    [InlineData(""" "max_tokens": 900 """)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "a"}}], "tool_choice": "required" """)]
    public void Where_thinking_has_no_room_or_a_tool_is_forced_it_is_left_out(string more)
    {
        var (request, dropped) = Translate($$"""{"messages": [{"role": "user", "content": "Hi"}], "reasoning_effort": "high", {{more}}}""");

        Assert.Null(request["thinking"]);
        Assert.Equal(["reasoning_effort"], dropped);
    }

    [Fact]
    public void Thoughts_go_back_signed_before_the_calls_that_they_led_to()
    {
        const string Call = """ "tool_calls": [{"id": "c", "type": "function", "function": {"name": "a", "arguments": "{}"}}] """;
        const string Result = """{"role": "tool", "tool_call_id": "c", "content": "1"}""";
        var (with, dropped) = Translate($$"""
            {"reasoning_effort": "low", "messages": [{"role": "user", "content": "Hi"},
             {"role": "assistant", "reasoning_content": "Hm.", "thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}], {{Call}}}, {{Result}}]}
            """);
        var (without, named) = Translate($$"""
            {"reasoning_effort": "low", "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", {{Call}}}, {{Result}}]}
            """);

        Translated.AssertJson("""{"type": "thinking", "thinking": "Hm.", "signature": "s"}""", with["messages"]![1]!["content"]![0]);
        Assert.NotNull(with["thinking"]);
        Assert.Empty(dropped);
        Assert.Null(without["thinking"]);
        Assert.Equal(["reasoning_effort"], named);
    }

    [Fact]
    public void A_closed_schema_is_the_output_s_format_where_the_model_has_one()
    {
        const string Body = """
            {"messages": [{"role": "user", "content": "Hi"}], "response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true,
             "schema": {"type": "object", "properties": {"minimum": {"type": "string"}}, "required": ["minimum"], "additionalProperties": false}}}}
            """;
        var (native, _) = Translate(Body);
        var (byTool, _) = Translated.Request(Operation.ChatCompletions, Translated.Claude("claude-3-5-haiku-latest"), Body);

        Translated.AssertJson(
            """
            {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {"minimum": {"type": "string"}}, "required": ["minimum"], "additionalProperties": false}}}
            """, native["output_config"]);
        Assert.Null(native["tools"]);
        Assert.Null(byTool["output_config"]);
        Translated.AssertJson("""{"type": "tool", "name": "llmgateway_json_answer"}""", byTool["tool_choice"]);
    }

    [Theory]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "string"}}}""")]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "additionalProperties": false}""")]
    public void A_schema_that_the_format_does_not_take_is_a_tool_beside_the_caller_s(string schema)
    {
        const string Body = """
            {"messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function", "function": {"name": "a"}}],
             "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}}
            """;
        var (request, _) = Translate(Body.Replace("SCHEMA", schema, StringComparison.Ordinal));

        Assert.Equal(["a", "llmgateway_json_answer"], request["tools"]!.AsArray().Select(tool => (string?)tool!["name"]));
        Translated.AssertJson("""{"type": "any"}""", request["tool_choice"]);
        Translated.AssertJson(schema, request["tools"]![1]!["input_schema"]);
    }

    [Fact]
    public void Members_of_Anthropic_s_own_pass()
    {
        var (request, dropped) = Translate(
            """{"messages": [{"role": "user", "content": "Hi"}], "thinking": {"type": "enabled", "budget_tokens": 2000}, "reasoning_effort": "high", "cache_control": {"type": "ephemeral"}, "output_config": {"effort": "low"}}""");

        Translated.AssertJson("""{"type": "enabled", "budget_tokens": 2000}""", request["thinking"]);
        Translated.AssertJson("""{"type": "ephemeral"}""", request["cache_control"]);
        Translated.AssertJson("""{"effort": "low"}""", request["output_config"]);
        Assert.Empty(dropped);
    }

    private static (JsonNode Request, IReadOnlyList<string> Dropped) Translate(string chat) => Translated.Request(Operation.ChatCompletions, Translated.Claude(), chat);
}
