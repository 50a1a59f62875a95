using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Guardrails.PersonalData;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>Makes definitions into checks.</summary>
internal sealed class GuardrailCompiler(GatewayClient gateway, IHttpClientFactory clients, GatewaySettings settings)
{
    /// <exception cref="ApiException">400, naming the field that does not work.</exception>
    public async Task<CompiledGuardrail> CompileAsync(string name, string source, GuardrailDefinition definition, CancellationToken cancellationToken)
    {
        var rule = GuardrailRules.ReadRule(definition.Rule);
        RefuseImpossible(rule, definition);
        var compiled = new CompiledGuardrail(name, source, definition) { Type = rule.Type! };
        return rule switch
        {
            PatternRule pattern => compiled with { Spans = new PatternCheck(pattern) },
            PersonalDataRule personal => compiled with { Spans = new PersonalDataCheck(personal) },
            JsonSchemaRule structure => compiled with { Text = new JsonSchemaCheck(await ParseAsync(structure, cancellationToken)) },
            LengthRule length => compiled with { Length = Check(length) },
            ModerationRule moderation => compiled with { Text = new ModerationCheck(moderation, gateway, settings) },
            JudgeRule judge => compiled with { Text = new JudgeCheck(judge, gateway, settings) },
            WebhookRule webhook => compiled with { Text = new WebhookCheck(webhook, clients, settings) },
            _ => throw new InvalidOperationException($"No check for {rule.GetType().Name}."),
        };
    }

    /// <summary>A guardrail that always fails, so that what its definition says for errors holds.</summary>
    public static CompiledGuardrail Unknown(string name, string source, GuardrailDefinition definition) =>
        new(name, source, definition) { Type = "unknown", Text = new UnknownCheck() };

    private static void RefuseImpossible(GuardrailRule rule, GuardrailDefinition definition)
    {
        if (definition.Action == GuardrailAction.Mask && rule is not (PatternRule or PersonalDataRule or WebhookRule))
        {
            throw GuardrailRules.Refused($"A rule of type '{rule.Type}' finds nothing that could be masked: use 'block' or 'flag'.", "action");
        }

        if (rule is JsonSchemaRule && definition.Stage != GuardrailStage.Output)
        {
            throw GuardrailRules.Refused("A rule of type 'json_schema' is for answers: use the stage 'output'.", "stage");
        }
    }

    private static Task<CallerSchema> ParseAsync(JsonSchemaRule rule, CancellationToken cancellationToken) => rule.Schema is { } schema
        ? CallerSchema.ParseAsync(schema, "rule.schema", cancellationToken)
        : throw GuardrailRules.Refused("'rule.schema' is required: a JSON Schema.", "rule.schema");

    private static LengthRule Check(LengthRule rule) =>
        rule is { MaxCharacters: null, MaxTokens: null } ? throw GuardrailRules.Refused("Give 'rule.max_characters' or 'rule.max_tokens'.", "rule.max_characters")
        : rule.MaxCharacters is < 1 ? throw GuardrailRules.Refused("'rule.max_characters' must be from 1.", "rule.max_characters")
        : rule.MaxTokens is < 1 ? throw GuardrailRules.Refused("'rule.max_tokens' must be from 1.", "rule.max_tokens")
        : rule;
}
