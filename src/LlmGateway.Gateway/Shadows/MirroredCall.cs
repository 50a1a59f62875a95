using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Shadows;

/// <summary>A production call that a shadow makes again.</summary>
/// <param name="Shadow">The shadow.</param>
/// <param name="Id">The call's id.</param>
/// <param name="Operation">What was called.</param>
/// <param name="Own">The request as the caller sent it; where nothing took its place, <paramref name="Rendered"/> itself.</param>
/// <param name="Rendered">The request as it went to the model: with the caller's prompt in it, and masked by guardrails.</param>
/// <param name="Prompt">The caller's prompt; null for none.</param>
/// <param name="CostNanoUsd">What it cost; null if nobody knows.</param>
internal sealed record MirroredCall(
    ActiveShadow Shadow, Guid Id, Operation Operation, byte[] Own, byte[] Rendered, InferencePrompt? Prompt, long? CostNanoUsd)
{
    /// <summary>Bytes that it holds.</summary>
    public int Size => Own.Length + (ReferenceEquals(Own, Rendered) ? 0 : Rendered.Length);

    /// <summary>The candidate's request: the call's own with the candidate's model, prompt and parameters, never streamed.</summary>
    public byte[] CandidateBody()
    {
        var candidate = Shadow.Candidate;
        var body = JsonNode.Parse(candidate.Prompt is null ? Rendered : Own)!.AsObject();
        body.Remove("stream");
        body.Remove("stream_options");
        if (candidate.Prompt is { } prompt)
        {
            // The model is then the prompt's, unless the candidate names one.
            body.Remove("model");
            body["prompt"] = prompt.ToMember(Variables(body));
        }

        if (candidate.Model is { } model)
        {
            body["model"] = model;
        }

        foreach (var (name, value) in candidate.Parameters ?? [])
        {
            body[name] = value?.DeepClone();
        }

        return JsonSerializer.SerializeToUtf8Bytes(body, GatewayJsonContext.Default.JsonObject);
    }

    private JsonNode? Variables(JsonObject body) =>
        Prompt?.Variables is { } known ? JsonNode.Parse(known)
        : body["prompt"] is JsonObject named && named["variables"] is { } given ? given.DeepClone()
        : null;
}
