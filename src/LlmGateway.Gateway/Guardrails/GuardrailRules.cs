using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using LlmGateway.Gateway.Settings;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What a guardrail may be: reads a request, and refuses by field what would not work.</summary>
internal static partial class GuardrailRules
{
    /// <summary>With <c>guardrail.</c> before it a score's name, which has 64.</summary>
    private const int MaxNameLength = 48;
    private const int MaxOrder = 1000;
    private const int MaxListed = 100;
    private const int MaxListedLength = 256;

    /// <exception cref="ApiException">400, naming the field.</exception>
    public static GuardrailDefinition Read(string name, GuardrailRequest request)
    {
        if (!Name().IsMatch(name) || name.Length > MaxNameLength)
        {
            throw Refused($"'name' may have from 1 to {MaxNameLength} letters, digits, '.', '_' and '-', and begins with a letter or digit.", "name");
        }

        if (request.Order is < -MaxOrder or > MaxOrder)
        {
            throw Refused($"'order' must be from -{MaxOrder} to {MaxOrder}.", "order");
        }

        CheckList(request.AppliesTo?.Models, "applies_to.models");
        CheckList(request.AppliesTo?.Keys, "applies_to.keys");
        CheckList(request.AppliesTo?.Prompts, "applies_to.prompts");
        return new GuardrailDefinition
        {
            AppliesTo = request.AppliesTo ?? new CallScope(),
            Order = request.Order ?? 0,
            Stage = ReadStage(request.Stage, "stage"),
            Action = request.Action switch
            {
                "block" => GuardrailAction.Block,
                "mask" => GuardrailAction.Mask,
                "flag" => GuardrailAction.Flag,
                _ => throw Refused("'action' is required: 'block', 'mask' or 'flag'.", "action"),
            },
            OnError = request.OnError switch
            {
                null or "block" => GuardrailFailure.Block,
                "allow" => GuardrailFailure.Allow,
                _ => throw Refused("'on_error' must be 'block' or 'allow'.", "on_error"),
            },
            Rule = request.Rule ?? throw Refused("'rule' is required: an object with a 'type'.", "rule"),
        };
    }

    public static GuardrailStage ReadStage(string? stage, string field) => stage switch
    {
        "input" => GuardrailStage.Input,
        "output" => GuardrailStage.Output,
        "both" => GuardrailStage.Both,
        _ => throw Refused($"'{field}' is required: 'input', 'output' or 'both'.", field),
    };

    /// <exception cref="ApiException">400: no such type, or members that it does not have.</exception>
    public static GuardrailRule ReadRule(JsonElement rule)
    {
        var type = rule.ValueKind == JsonValueKind.Object && rule.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String
            ? named.GetString()
            : null;
        var json = GatewayJsonContext.Default;
        return type switch
        {
            "pattern" => Read(rule, json.PatternRule),
            "personal_data" => Read(rule, json.PersonalDataRule),
            "length" => Read(rule, json.LengthRule),
            "json_schema" => Read(rule, json.JsonSchemaRule),
            "moderation" => Read(rule, json.ModerationRule),
            "judge" => Read(rule, json.JudgeRule),
            "webhook" => Read(rule, json.WebhookRule),
            _ => throw Refused(
                "'rule.type' is required: 'pattern', 'personal_data', 'length', 'json_schema', 'moderation', 'judge' or 'webhook'.", "rule.type"),
        };
    }

    public static ApiException Refused(string message, string param) => new(ApiErrors.BadRequest(message, param));

    private static GuardrailRule Read<T>(JsonElement rule, JsonTypeInfo<T> type)
        where T : GuardrailRule
    {
        try
        {
            return rule.Deserialize(type)!;
        }
        catch (JsonException exception)
        {
            var field = $"rule{exception.Path?.TrimStart('$')}";
            throw Refused($"'{field}' is unknown to this type of rule, or of the wrong type.", field);
        }
    }

    private static void CheckList(IReadOnlyList<string>? list, string field)
    {
        if (list is not null && (list.Count > MaxListed || list.Any(entry => string.IsNullOrEmpty(entry) || entry.Length > MaxListedLength)))
        {
            throw Refused($"'{field}' may hold at most {MaxListed} names of 1 to {MaxListedLength} characters.", field);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Name();
}
