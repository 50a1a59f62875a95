using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>A guardrail made at one gateway holds at the other.</summary>
public sealed class GuardrailReplicaTests
{
    [Fact]
    public async Task A_guardrail_holds_at_the_other_gateway_within_a_second_and_is_gone_there_too()
    {
        await using var replicas = await Replicas.StartAsync();
        await GuardedGateway.PutAsync(replicas.One, "words", """{"stage":"input","action":"block","rule":{"type":"pattern","patterns":["hi"]}}""");
        await Eventually.TrueAsync(
            async _ => await replicas.Other.AskModelAsync("test/m") == "guardrail_blocked", "the guardrail to hold", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await replicas.Other.SendAsync(HttpMethod.Delete, "/v1/guardrails/words");
        await Eventually.TrueAsync(
            async _ => await replicas.One.AskModelAsync("test/m") == "test/m", "the guardrail to be gone", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
    }
}
