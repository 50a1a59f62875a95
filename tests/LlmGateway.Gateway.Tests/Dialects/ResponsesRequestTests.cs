using System.Text.Json;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Dialects.Responses;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using static LlmGateway.Gateway.Tests.Dialects.Translating;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What a provider that has chat completions only is asked for a response.</summary>
public sealed class ResponsesRequestTests
{
    [Fact]
    public void A_text_with_instructions_is_two_messages() => AssertJson(
        """{"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],"max_tokens":50,"temperature":0.5,"top_p":0.9,"user":"ada"}""",
        Ask("""{"model":"x","instructions":"be brief","input":"hi","max_output_tokens":50,"temperature":0.5,"top_p":0.9,"user":"ada","store":true,"metadata":{"a":"b"},"truncation":"disabled"}"""));

    [Fact]
    public void A_models_text_and_its_calls_are_one_message() => AssertJson(
        """
        [{"role":"user","content":"weather?"},
         {"role":"assistant","content":"I look.","tool_calls":[
            {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"c2","type":"function","function":{"name":"g","arguments":"{\"x\":1}"}}]},
         {"role":"tool","tool_call_id":"c1","content":"sun"},
         {"role":"tool","tool_call_id":"c2","content":"rain"},
         {"role":"assistant","content":"Mixed."},
         {"role":"user","content":"thanks"}]
        """,
        Messages("""
            {"role":"user","content":"weather?"},
            {"type":"reasoning","id":"rs_1","summary":[]},
            {"type":"message","role":"assistant","id":"msg_1","status":"completed","content":[{"type":"output_text","text":"I look.","annotations":[]}]},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}"},
            {"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":"{\"x\":1}"},
            {"type":"function_call_output","call_id":"c1","output":"sun"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"rain"}]},
            {"role":"assistant","content":"Mixed."},
            {"type":"file_search_call","id":"fs_1","status":"completed","queries":[]},
            {"role":"user","content":[{"type":"input_text","text":"thanks"}]}
            """));

    [Fact]
    public void Calls_without_a_text_have_no_content() => AssertJson(
        """[{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}]""",
        Messages("""{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"1"}"""));

    [Fact]
    public void Images_files_and_sounds_stand_beside_the_text() => AssertJson(
        """
        [{"role":"system","content":"x"},{"role":"user","content":[
            {"type":"text","text":"look"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AA","detail":"low"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA"}},
            {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}]
        """,
        Messages("""
            {"role":"developer","content":"x"},
            {"role":"user","content":[
                {"type":"input_text","text":"look"},
                {"type":"input_image","image_url":"data:image/png;base64,AA","detail":"low"},
                {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AA"},
                {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}
            """));

    [Fact]
    public void Functions_choices_forms_and_efforts_have_their_counterparts()
    {
        var chat = Ask("""
            {"model":"x","input":"hi","stream":true,"parallel_tool_calls":false,"tool_choice":{"type":"function","name":"f"},
             "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":true}],
             "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},
             "reasoning":{"effort":"low"},"top_logprobs":2,"include":["message.output_text.logprobs"]}
            """);
        AssertJson("""[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}}]""", chat.GetProperty("tools"));
        AssertJson("""{"type":"function","function":{"name":"f"}}""", chat.GetProperty("tool_choice"));
        AssertJson("""{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}""", chat.GetProperty("response_format"));
        AssertJson("""{"include_usage":true}""", chat.GetProperty("stream_options"));
        Assert.Equal(("low", "low"), (chat.Text("reasoning_effort"), chat.Text("verbosity")));
        Assert.True(chat.IsTrue("logprobs") && chat.IsTrue("stream"));
        Assert.False(chat.GetProperty("parallel_tool_calls").GetBoolean());
    }

    [Fact]
    public void Only_allowed_tools_are_shown()
    {
        var chat = Ask("""
            {"model":"x","input":"hi","tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"g"}]},
             "tools":[{"type":"function","name":"f"},{"type":"function","name":"g"}]}
            """);
        Assert.Equal("g", Assert.Single(chat.GetProperty("tools").EnumerateArray()).GetProperty("function").Text("name"));
        Assert.Equal("required", chat.Text("tool_choice"));
    }

    [Fact]
    public void What_has_no_counterpart_is_dropped_by_name()
    {
        var context = Context();
        var chat = new ResponsesToChat(context).Request("""
            {"model":"x","input":"hi","tools":[{"type":"web_search"}],"tool_choice":"auto","parallel_tool_calls":true,"reasoning":{"effort":"low","summary":"auto"},
             "include":["reasoning.encrypted_content"],"truncation":"auto","max_tool_calls":3}
            """);
        Assert.Equal(["tools[0]", "reasoning.summary", "include[0]", "max_tool_calls", "truncation"], context.Dropped);
        AssertJson("""{"model":"m","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"low"}""", chat);
    }

    [Fact]
    public void Or_refused_where_the_route_says_so()
    {
        var error = Assert.Throws<ApiException>(() =>
            new ResponsesToChat(Context(UnsupportedParameters.Refuse)).Request("""{"model":"x","input":"hi","tools":[{"type":"web_search"}]}""")).Error;
        Assert.Equal((400, "unsupported_parameter", "tools[0]"), (error.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData("""{"model":"x"}""", "input")]
    [InlineData("""{"model":"x","input":3}""", "input")]
    [InlineData("""{"model":"x","input":["hi"]}""", "input[0]")]
    [InlineData("""{"model":"x","input":[{"content":"hi"}]}""", "input[0].role")]
    [InlineData("""{"model":"x","input":[{"role":"robot","content":"hi"}]}""", "input[0].role")]
    [InlineData("""{"model":"x","input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"model":"x","input":[{"role":"assistant","content":4}]}""", "input[0].content")]
    [InlineData("""{"model":"x","input":[{"role":"user","content":[{"type":"input_video"}]}]}""", "input[0].content[0].type")]
    [InlineData("""{"model":"x","input":[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]}""", "input[0].content[0].file_id")]
    [InlineData("""{"model":"x","input":[{"role":"user","content":[{"type":"input_file","file_url":"http://x"}]}]}""", "input[0].content[0].file_url")]
    [InlineData("""{"model":"x","input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "input[0].call_id")]
    [InlineData("""{"model":"x","input":[{"type":"function_call_output","output":"x"}]}""", "input[0].call_id")]
    [InlineData("""{"model":"x","input":[{"type":"item_reference","id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"model":"x","input":[{"id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"model":"x","input":[{"type":"teleport"}]}""", "input[0].type")]
    [InlineData("""{"model":"x","input":"hi","instructions":7}""", "instructions")]
    [InlineData("""{"model":"x","input":"hi","tools":{}}""", "tools")]
    [InlineData("""{"model":"x","input":"hi","tools":[{"name":"f"}]}""", "tools[0]")]
    [InlineData("""{"model":"x","input":"hi","tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"model":"x","input":"hi","text":"json"}""", "text")]
    [InlineData("""{"model":"x","input":"hi","reasoning":"low"}""", "reasoning")]
    [InlineData("""{"model":"x","input":"hi","max_output_tokens":"9"}""", "max_output_tokens")]
    [InlineData("""{"model":"x","input":"hi","conversation":"conv_1"}""", "conversation")]
    public void What_cannot_be_said_is_refused_by_its_place(string request, string param)
    {
        var error = Assert.Throws<ApiException>(() => Ask(request)).Error;
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Fact]
    public void Thoughts_go_back_to_the_provider_that_signed_them_and_to_no_other()
    {
        var packed = SignedThoughts.Pack([JsonElement.Parse("""{"type":"thinking","thinking":"hm","signature":"s"}"""u8)]);
        var input = $$"""{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{packed}}"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"1"}""";
        var request = $$"""{"model":"x","input":[{{input}}]}""";
        var signed = new ResponsesToChat(Context(speaks: Operation.Messages)).Request(request).GetProperty("messages")[0];
        AssertJson("""[{"type":"thinking","thinking":"hm","signature":"s"}]""", signed.GetProperty("thinking_blocks"));
        Assert.False(Ask(request).GetProperty("messages")[0].TryGetProperty("thinking_blocks", out _));
    }

    private static JsonElement Ask(string request) => new ResponsesToChat(Context()).Request(request);

    private static JsonElement Messages(string items) => Ask($$"""{"model":"x","input":[{{items}}]}""").GetProperty("messages");
}
