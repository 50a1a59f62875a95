using System.Text;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Shadows;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Tests.Shadows;

/// <summary>What a candidate is asked, and which calls are drawn for it.</summary>
public sealed class MirroredCallTests
{
    private const string Own = """{"model":"prompt/support@production","stream":true,"messages":[{"role":"user","content":"own"}]}""";
    private const string Rendered = """{"model":"test/a","stream":true,"messages":[{"role":"system","content":"rendered"},{"role":"user","content":"own"}]}""";
    private static readonly InferencePrompt Prompt = new("prompt_1", 1, "production", """{"tone":"kind"}""");

    [Fact]
    public void Another_model_is_asked_what_the_prompt_was_rendered_to() => Assert.Equal(
        """{"model":"test/b","messages":[{"role":"system","content":"rendered"},{"role":"user","content":"own"}]}""",
        BodyFor(new CallVariant { Model = "test/b" }));

    [Fact]
    public void Another_prompt_is_applied_to_the_callers_own_messages_and_variables() => Assert.Equal(
        """{"messages":[{"role":"user","content":"own"}],"prompt":{"id":"support","label":"staging","variables":{"tone":"kind"}},"temperature":0}""",
        BodyFor(new CallVariant { Prompt = new VariantPrompt("support", null, "staging"), Parameters = new() { ["temperature"] = 0 } }));

    [Fact]
    public void A_prompt_with_a_model_is_asked_of_that_model() => Assert.Equal(
        """{"messages":[{"role":"user","content":"own"}],"prompt":{"id":"support","version":"2","variables":{"tone":"kind"}},"model":"test/b"}""",
        BodyFor(new CallVariant { Model = "test/b", Prompt = new VariantPrompt("support", "2", null) }));

    [Fact]
    public void A_share_is_drawn_evenly_by_the_id_and_a_higher_share_draws_the_same_and_more()
    {
        var calls = Enumerable.Range(0, 10_000).Select(_ => Guid.CreateVersion7()).ToList();
        var (few, more) = (Shadow(0.1), Shadow(0.3));
        Assert.InRange(calls.Count(call => few.Draws(call, default)), 850, 1150);
        Assert.InRange(calls.Count(call => more.Draws(call, default)), 2750, 3250);
        Assert.All(calls.Where(call => few.Draws(call, default)), call => Assert.True(more.Draws(call, default)));
        Assert.All(calls, call => Assert.True(Shadow(1).Draws(call, default)));
        Assert.NotEqual(calls.Where(call => few.Draws(call, default)), calls.Where(call => Shadow(0.1, "shadow_other").Draws(call, default)));
    }

    private static string BodyFor(CallVariant candidate)
    {
        var call = new MirroredCall(
            Shadow(1, candidate: candidate), Guid.CreateVersion7(), Operation.ChatCompletions, Encoding.UTF8.GetBytes(Own), Encoding.UTF8.GetBytes(Rendered), Prompt, null);
        return JsonSerializer.Serialize(JsonDocument.Parse(call.CandidateBody()).RootElement);
    }

    private static ActiveShadow Shadow(double share, string id = "shadow_1", CallVariant? candidate = null) => new(new Shadow
    {
        Id = id,
        ProjectId = "proj_default",
        Name = "try",
        Model = "prompt/support@production",
        Share = share,
        Candidate = (candidate ?? new CallVariant { Model = "test/b" }).Write(),
        Status = ShadowStatus.Active,
        CreatedAt = 0,
    });
}
