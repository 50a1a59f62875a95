using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Tests.Experiments;

/// <summary>What a variant makes of a request.</summary>
public sealed class VariantChangeTests
{
    private const string Messages = """[ {"role":"user","content":"h\u00e9"} ]""";

    [Fact]
    public void Only_the_models_bytes_change_where_only_the_model_differs() => Assert.Equal(
        $$"""{ "messages" : {{Messages}}, "model" : "test/b" , "x": 1.50 }""",
        Changed($$"""{ "messages" : {{Messages}}, "model" : "test/a" , "x": 1.50 }""", new CallVariant { Model = "test/b" }));

    [Fact]
    public void Parameters_take_the_place_of_the_callers_and_all_else_keeps_its_bytes() => Assert.Equal(
        $$"""{"temperature":0.25,"top_p":null,"model":"test/a","messages":{{Messages}},"x":1.50}""",
        Changed(
            $$"""{"model":"test/a","temperature": 1,"messages":{{Messages}},"x":1.50}""",
            new CallVariant { Parameters = new JsonObject { ["temperature"] = 0.25, ["top_p"] = null } }));

    [Fact]
    public void A_limit_of_the_answer_is_the_only_one() => Assert.Equal(
        $$"""{"max_completion_tokens":9,"model":"test/a","messages":{{Messages}}}""",
        Changed($$"""{"model":"test/a","max_tokens":5,"messages":{{Messages}}}""", new CallVariant { Parameters = new JsonObject { ["max_completion_tokens"] = 9 } }));

    [Fact]
    public void Parameters_are_told_the_responses_api_in_its_own_words() => Assert.Equal(
        """{"max_output_tokens":9,"model":"test/a","input":"hi"}""",
        Changed("""{"model":"test/a","max_output_tokens":5,"input":"hi"}""", new CallVariant { Parameters = new JsonObject { ["max_tokens"] = 9 } }, Operation.Responses));

    [Fact]
    public void Another_prompt_gets_the_callers_variables_and_brings_its_model_where_the_caller_named_none() => Assert.Equal(
        """{"prompt":{"id":"support","version":"2","variables":{"tone":"kind"}},"user":"ann"}""",
        Changed("""{"prompt":{"id":"support","variables":{"tone":"kind"}},"user":"ann"}""", new CallVariant { Prompt = new VariantPrompt("support", "2", null) }));

    [Fact]
    public void A_prompt_that_the_model_named_is_replaced() => Assert.Equal(
        $$"""{"prompt":{"id":"support","label":"staging"},"messages":{{Messages}}}""",
        Changed($$"""{"model":"prompt/support@production","messages":{{Messages}}}""", new CallVariant { Prompt = new VariantPrompt("support", null, "staging") }));

    [Fact]
    public void A_prompt_that_the_model_named_stays_where_only_the_model_differs() => Assert.Equal(
        $$"""{"model":"test/b","prompt":{"id":"support","label":"production"},"messages":{{Messages}}}""",
        Changed($$"""{"model":"prompt/support","messages":{{Messages}}}""", new CallVariant { Model = "test/b" }));

    [Fact]
    public void A_plain_call_is_given_a_prompt_and_keeps_its_model() => Assert.Equal(
        $$"""{"prompt":{"id":"support"},"model":"test/a","messages":{{Messages}}}""",
        Changed($$"""{"model":"test/a","messages":{{Messages}}}""", new CallVariant { Prompt = new VariantPrompt("support", null, null) }));

    [Fact]
    public void Prompts_and_parameters_are_for_calls_that_take_prompts()
    {
        Assert.True(VariantChange.Of(new CallVariant { Model = "test/b" })!.Fits(Operation.Embeddings));
        Assert.False(VariantChange.Of(new CallVariant { Parameters = new JsonObject { ["temperature"] = 0 } })!.Fits(Operation.Embeddings));
        Assert.Null(VariantChange.Of(new CallVariant()));
    }

    private static string Changed(string body, CallVariant variant, Operation? operation = null)
    {
        operation ??= Operation.ChatCompletions;
        var bytes = Encoding.UTF8.GetBytes(body);
        var parts = VariantChange.Of(variant)!.Apply(bytes, RequestScanner.Scan(bytes, operation), operation);
        return string.Concat(parts.Select(part => Encoding.UTF8.GetString(part.Span)));
    }
}
