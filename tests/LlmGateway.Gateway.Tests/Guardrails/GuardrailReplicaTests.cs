using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>A guardrail made at one gateway holds at the other.</summary>
public sealed class GuardrailReplicaTests
{
    private static readonly TimeSpan WithinASecond = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_guardrail_holds_at_the_other_gateway_within_a_second_and_is_gone_there_too()
    {
        await using var replicas = await Replicas.StartAsync();
        await Promptly.TrueAsync(
            WithinASecond,
            async number =>
            {
                if (number > 0)
                {
                    await RemoveAsync();
                    await EventuallyAsync(replicas.Other, "test/m");
                }

                await MakeAsync();
            },
            _ => IsAsync(replicas.Other, "guardrail_blocked"), "the guardrail to hold", TestContext.Current.CancellationToken);
        await Promptly.TrueAsync(
            WithinASecond,
            async number =>
            {
                if (number > 0)
                {
                    await MakeAsync();
                    await EventuallyAsync(replicas.One, "guardrail_blocked");
                }

                await RemoveAsync();
            },
            _ => IsAsync(replicas.One, "test/m"), "the guardrail to be gone", TestContext.Current.CancellationToken);

        Task MakeAsync() => GuardedGateway.PutAsync(replicas.One, "words", """{"stage":"input","action":"block","rule":{"type":"pattern","patterns":["hi"]}}""");

        Task RemoveAsync() => replicas.Other.SendAsync(HttpMethod.Delete, "/v1/guardrails/words");
    }

    private static Task EventuallyAsync(InProcessGateway gateway, string answer) => Eventually.TrueAsync(
        _ => IsAsync(gateway, answer), answer, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<bool> IsAsync(InProcessGateway gateway, string answer) => await gateway.AskModelAsync("test/m") == answer;
}
