using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Structured;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>Calls a step's prompt in the caller's name. The step has a record of its own below the caller's.</summary>
internal sealed class ChainCalls(GatewayClient gateway)
{
    /// <summary>What the log calls a step's purpose.</summary>
    public const string Purpose = "chain";

    /// <param name="call">The chain's call.</param>
    /// <param name="step">The step's name.</param>
    /// <param name="prompt">The version that it calls, with its variables and, where it has none of its own, the model.</param>
    /// <param name="cancellationToken">Cancels the model's call too.</param>
    /// <exception cref="ApiException">The step failed.</exception>
    public async Task<StepAnswer> AskAsync(InferenceCall call, string step, PromptCall prompt, CancellationToken cancellationToken)
    {
        var body = StepBody.Compose(call.Request!.Memory, prompt);
        try
        {
            using var response = await gateway.SendAsync(
                new OwnCall(call.Operation.Path, body, call.Caller, Purpose, new CallParent(call.Id, step)), cancellationToken);
            using var answer = new PooledBody();
            var source = await response.Content.ReadAsStreamAsync(cancellationToken);
            var whole = await answer.FillAsync(source, response.Content.Headers.ContentLength, InferenceCall.CaptureLimit, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw ChainErrors.Failed(step, (int)response.StatusCode, ReasonOf(answer.Memory), call);
            }

            call.PartsCostNanoUsd += ResponseHeaders.ReadCost(response);
            return whole && StructuredAnswer.Read(call.Operation, answer.Span) is { } read
                ? new StepAnswer(read.AllText, answer.Memory.ToArray())
                : throw ChainErrors.Failed(step, StatusCodes.Status502BadGateway, "its answer is too large, or no JSON.", call);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw ChainErrors.Failed(step, StatusCodes.Status502BadGateway, "the gateway is stopping.", call);
        }
    }

    private static string? ReasonOf(ReadOnlyMemory<byte> error)
    {
        try
        {
            return (string?)JsonNode.Parse(error.Span)?["error"]?["message"];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <param name="Text">What the model said.</param>
/// <param name="Json">The whole answer.</param>
internal sealed record StepAnswer(string Text, byte[] Json);
