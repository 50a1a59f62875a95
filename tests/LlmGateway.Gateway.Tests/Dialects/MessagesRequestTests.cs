using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What becomes of a request for messages on its way to a provider of chat completions.</summary>
public sealed class MessagesRequestTests
{
    [Fact]
    public void A_conversation_with_tools_keeps_its_order_and_its_texts()
    {
        var (request, dropped) = Translated.Request(Operation.Messages, Translated.OpenAI(),
            """
            {"model": "x", "max_tokens": 100, "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "Be kind."}],
             "metadata": {"user_id": "u-1"}, "stop_sequences": ["END"], "temperature": 0.5, "stream": true,
             "messages": [
              {"role": "user", "content": "Weather?"},
              {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "anthropic-signed"},
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}},
                {"type": "tool_use", "id": "t2", "name": "broken", "input": {"malformed_arguments": "{\"city\":"}}]},
              {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "rain"},
                {"type": "tool_result", "tool_use_id": "t2", "is_error": true, "content": [{"type": "text", "text": "no"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA"}}]},
                {"type": "text", "text": "Well?"}]}]}
            """);

        Translated.AssertJson(
            """
            {"model": "gpt-4o-mini", "max_completion_tokens": 100, "temperature": 0.5, "stop": ["END"], "user": "u-1",
             "stream": true, "stream_options": {"include_usage": true},
             "messages": [
              {"role": "system", "content": "Be brief.\n\nBe kind."},
              {"role": "user", "content": "Weather?"},
              {"role": "assistant", "content": "Let me see.", "tool_calls": [
                {"id": "t1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Oslo\"}"}},
                {"id": "t2", "type": "function", "function": {"name": "broken", "arguments": "{\"city\":"}}]},
              {"role": "tool", "tool_call_id": "t1", "content": "rain"},
              {"role": "tool", "tool_call_id": "t2", "content": "no"},
              {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}, {"type": "text", "text": "Well?"}]}]}
            """, request);
        Assert.Empty(dropped);
    }

    [Fact]
    public void Pictures_and_documents()
    {
        var (request, _) = Translate(
            """
            {"messages": [{"role": "user", "content": [
              {"type": "image", "source": {"type": "url", "url": "https://a.test/cat.png"}},
              {"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"}},
              {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hello"}},
              {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "inner"}]}},
              {"type": "search_result", "title": "T", "source": "https://t", "content": [{"type": "text", "text": "found"}]}]}]}
            """);

        Translated.AssertJson(
            """
            [{"type": "image_url", "image_url": {"url": "https://a.test/cat.png"}},
             {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,BBBB"}},
             {"type": "text", "text": "hello"}, {"type": "text", "text": "inner"}, {"type": "text", "text": "T (https://t)"}, {"type": "text", "text": "found"}]
            """, request["messages"]![0]!["content"]);
    }

    [Theory]
    [InlineData("""{"type": "document", "source": {"type": "url", "url": "https://a.test/a.pdf"}}""")]
    [InlineData("""{"type": "image", "source": {"type": "file", "file_id": "file_1"}}""")]
    [InlineData("""{"type": "container_upload", "file_id": "file_1"}""")]
    public void What_cannot_be_shown_is_refused(string block)
    {
        var error = Assert.Throws<ApiException>(() => Translate($$"""{"messages": [{"role": "user", "content": [{{block}}]}]}""")).Error;

        Assert.Equal((400, "unsupported_content", "messages[0].content[0]"), (error.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData("""{"type": "auto", "disable_parallel_tool_use": true}""", "\"auto\"", false)]
    [InlineData("""{"type": "any"}""", "\"required\"", null)]
    [InlineData("""{"type": "none"}""", "\"none\"", null)]
    [InlineData("""{"type": "tool", "name": "a"}""", """{"type": "function", "function": {"name": "a"}}""", null)]
    public void Tools_and_the_choice_among_them(string choice, string expected, bool? parallel)
    {
        var (request, dropped) = Translate($$$"""
            {"messages": [{"role": "user", "content": "Hi"}], "tool_choice": {{{choice}}}, "tools": [
              {"name": "a", "description": "A.", "input_schema": {"type": "object"}, "strict": true, "cache_control": {"type": "ephemeral"}},
              {"type": "bash_20250124", "name": "bash"}, {"type": "custom", "name": "b", "input_schema": {"type": "object"}}]}
            """);

        Translated.AssertJson(
            """
            [{"type": "function", "function": {"name": "a", "description": "A.", "parameters": {"type": "object"}, "strict": true}},
             {"type": "function", "function": {"name": "b", "parameters": {"type": "object"}}}]
            """, request["tools"]);
        Translated.AssertJson(expected, request["tool_choice"]);
        Assert.Equal(parallel, (bool?)request["parallel_tool_calls"]);
        Assert.Equal(["tools[1]"], dropped);
    }

    [Fact]
    public void Parameters_are_mapped_or_dropped_and_named()
    {
        var (request, dropped) = Translate(
            """
            {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5, "top_k": 3, "stop_sequences": ["a", "b", "c", "d", "e"], "metadata": {"user_id": "u"},
             "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}, "thinking": {"type": "enabled", "budget_tokens": 2048},
             "mcp_servers": [], "service_tier": "auto", "cache_control": {"type": "ephemeral"}}
            """);

        Translated.AssertJson(
            """
            {"model": "some-model", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5, "stop": ["a", "b", "c", "d"],
             "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": {"type": "object"}}}}
            """, request);
        Assert.Equal(["thinking", "stop_sequences[4]", "top_k", "mcp_servers"], dropped);
    }

    [Theory]
    [InlineData("gpt-5-mini", """{"thinking": {"type": "enabled", "budget_tokens": 1024}}""", "low")]
    [InlineData("o3", """{"thinking": {"type": "enabled", "budget_tokens": 20000}}""", "high")]
    [InlineData("openai/gpt-oss-120b", """{"thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}}""", "high")]
    [InlineData("gemini-2.5-pro", """{"thinking": {"type": "adaptive"}}""", "medium")]
    [InlineData("gpt-5", """{"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}}""", null)]
    [InlineData("gpt-5", """{"output_config": {"effort": "low"}}""", "low")]
    public void Thinking_is_an_effort_for_models_that_take_one(string model, string given, string? expected)
    {
        var body = JsonNode.Parse(given)!.AsObject();
        body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" });

        var (request, dropped) = Translated.Request(Operation.Messages, Translated.Generic(model), body.ToJsonString());

        Assert.Equal(expected, (string?)request["reasoning_effort"]);
        Assert.Empty(dropped);
    }

    [Fact]
    public void Thoughts_of_a_chat_provider_go_back_to_it()
    {
        var (request, _) = Translate(
            """
            {"messages": [{"role": "user", "content": "Hi"},
             {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "llmgateway.reasoning_content"}, {"type": "text", "text": "Yes."}]}]}
            """);

        Translated.AssertJson("""{"role": "assistant", "content": "Yes.", "reasoning_content": "Hm."}""", request["messages"]![1]);
    }

    private static (JsonNode Request, IReadOnlyList<string> Dropped) Translate(string messages) =>
        Translated.Request(Operation.Messages, Translated.Generic(), messages);
}
