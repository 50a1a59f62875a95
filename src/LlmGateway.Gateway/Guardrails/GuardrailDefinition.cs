using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What a guardrail checks, and what follows; checked when it was written.</summary>
internal sealed record GuardrailDefinition
{
    /// <summary>Which calls it is for.</summary>
    public GuardrailScope AppliesTo { get; init; } = new();

    /// <summary>Its place among the project's guardrails: lower ones first, equal ones by name.</summary>
    public int Order { get; init; }

    public GuardrailStage Stage { get; init; }

    public GuardrailAction Action { get; init; }

    /// <summary>What follows when it cannot be checked.</summary>
    public GuardrailFailure OnError { get; init; }

    /// <summary>One of the <see cref="GuardrailRule"/>s.</summary>
    public JsonElement Rule { get; init; }
}

/// <summary>Which calls a guardrail is for: those that every list holds that is not empty.</summary>
/// <param name="Models">Names as callers write them, or deployments (<c>provider/model</c>).</param>
/// <param name="Keys">Public ids of API keys.</param>
/// <param name="Prompts">Ids of managed prompts.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record GuardrailScope(IReadOnlyList<string>? Models = null, IReadOnlyList<string>? Keys = null, IReadOnlyList<string>? Prompts = null)
{
    public bool Covers(InferenceCall call) =>
        (Models is not { Count: > 0 } models || models.Contains(call.Scan.Model) || models.Contains(call.Deployment!.Name))
        && (Keys is not { Count: > 0 } keys || (call.Caller.KeyId is { } key && keys.Contains(key)))
        && (Prompts is not { Count: > 0 } prompts || (call.Prompt is { } prompt && prompts.Contains(prompt.Id)));
}

/// <summary>Where a guardrail stands.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<GuardrailStage>))]
internal enum GuardrailStage
{
    /// <summary>Before the model, over the request's texts.</summary>
    [JsonStringEnumMemberName("input")]
    Input = 1,

    /// <summary>Behind it, over the answer's.</summary>
    [JsonStringEnumMemberName("output")]
    Output = 2,

    [JsonStringEnumMemberName("both")]
    Both = Input | Output,
}

/// <summary>What follows when a guardrail finds something.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardrailAction>))]
internal enum GuardrailAction
{
    /// <summary>The request is refused, or the answer stopped.</summary>
    [JsonStringEnumMemberName("block")]
    Block,

    /// <summary>What was found is replaced.</summary>
    [JsonStringEnumMemberName("mask")]
    Mask,

    /// <summary>The call's record says so.</summary>
    [JsonStringEnumMemberName("flag")]
    Flag,
}

/// <summary>What follows when a guardrail cannot be checked: its judge is away, its pattern takes too long, the text is too long for it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GuardrailFailure>))]
internal enum GuardrailFailure
{
    [JsonStringEnumMemberName("block")]
    Block,

    [JsonStringEnumMemberName("allow")]
    Allow,
}
