using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What a guardrail looks for, as it stands on the wire; <see cref="Type"/> tells which.</summary>
internal abstract record GuardrailRule
{
    public string? Type { get; init; }
}

/// <summary>Regular expressions without look-around and back-references: their time grows with the text and no faster.</summary>
/// <param name="Patterns">1 to 50, each of at most 1,000 characters; none may match the empty text.</param>
/// <param name="IgnoreCase">Whether letters match in either case; the default is false.</param>
/// <param name="Replacement">What stands for a match when masking, at most 100 characters; the default is <c>[masked]</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PatternRule(IReadOnlyList<string>? Patterns, bool IgnoreCase = false, string? Replacement = null) : GuardrailRule;

/// <summary>Personal data and secrets. Masked ones become placeholders such as <c>&lt;EMAIL_1&gt;</c>; those of the request come back in the answer.</summary>
/// <param name="Kinds"><c>email</c>, <c>phone</c>, <c>iban</c>, <c>card</c>, <c>ip</c>, <c>secret</c>; all of them by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PersonalDataRule(IReadOnlyList<string>? Kinds = null) : GuardrailRule;

/// <summary>How long a request's texts together, or each text of an answer, may be.</summary>
/// <param name="MaxCharacters">From 1.</param>
/// <param name="MaxTokens">From 1, by the vocabulary of the model that is called.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LengthRule(int? MaxCharacters = null, int? MaxTokens = null) : GuardrailRule;

/// <summary>That an answer's content is JSON of a schema; for the stage <c>output</c>.</summary>
/// <param name="Schema">A JSON Schema of at most 100,000 characters without references to elsewhere.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JsonSchemaRule(JsonElement? Schema) : GuardrailRule;

/// <summary>What the moderations endpoint of the default provider says.</summary>
/// <param name="Model">The moderation model; null for the provider's default.</param>
/// <param name="Categories">Those that count, such as <c>violence</c>; all by default.</param>
/// <param name="Thresholds">Scores, 0 to 1, from which on a category counts; without one the endpoint's own verdict does.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ModerationRule(
    string? Model = null, IReadOnlyList<string>? Categories = null, IReadOnlyDictionary<string, double>? Thresholds = null) : GuardrailRule;

/// <summary>A question about the text that a model answers with yes or no; yes is a finding.</summary>
/// <param name="Model">The judge, by any name that the project could call.</param>
/// <param name="Question">At most 2,000 characters, such as <c>Does the text ask for medical advice?</c></param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JudgeRule(string? Model, string? Question) : GuardrailRule;

/// <summary>A program of the operator's that decides.</summary>
/// <param name="Webhook">Its name under <c>Gateway:Guardrails:Webhooks</c>; addresses come from the configuration only.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookRule(string? Webhook) : GuardrailRule;
