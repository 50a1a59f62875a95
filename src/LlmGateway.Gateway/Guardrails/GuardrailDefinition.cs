using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Settings;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What a guardrail checks, and what follows; checked when it was written.</summary>
internal sealed record GuardrailDefinition
{
    /// <summary>Which calls it is for.</summary>
    public CallScope AppliesTo { get; init; } = new();

    /// <summary>Its place among the project's guardrails: lower ones first, equal ones by name.</summary>
    public int Order { get; init; }

    public GuardrailStage Stage { get; init; }

    public GuardrailAction Action { get; init; }

    /// <summary>What follows when it cannot be checked.</summary>
    public GuardrailFailure OnError { get; init; }

    /// <summary>One of the <see cref="GuardrailRule"/>s.</summary>
    public JsonElement Rule { get; init; }
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
