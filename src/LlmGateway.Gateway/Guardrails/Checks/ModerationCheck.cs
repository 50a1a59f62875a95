using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Asks the moderations endpoint.</summary>
internal sealed class ModerationCheck : RemoteCheck
{
    private const int MaxCategories = 50;
    private const int MaxShown = 5;
    private readonly GatewayClient _gateway;
    private readonly ModerationRule _rule;

    /// <exception cref="ApiException">400, naming the field.</exception>
    public ModerationCheck(ModerationRule rule, GatewayClient gateway, GatewaySettings settings)
        : base(settings)
    {
        if (rule.Categories is { Count: 0 or > MaxCategories })
        {
            throw GuardrailRules.Refused($"'rule.categories' may hold from 1 to {MaxCategories} names; leave it out for all.", "rule.categories");
        }

        foreach (var (category, threshold) in rule.Thresholds ?? new Dictionary<string, double>())
        {
            if (threshold is not (>= 0 and <= 1))
            {
                throw GuardrailRules.Refused("A threshold must be from 0 to 1.", $"rule.thresholds.{category}");
            }
        }

        (_rule, _gateway) = (rule, gateway);
    }

    protected override Task<HttpResponseMessage> AskAsync(string text, CheckedCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["input"] = text };
        if (_rule.Model is { } model)
        {
            body["model"] = model;
        }

        return _gateway.SendAsync(
            new OwnCall(
                "moderations", Encoding.UTF8.GetBytes(body.ToJsonString()), new Caller(call.Caller.ProjectId, null, Scopes.Inference), JudgeCheck.Purpose,
                new CallParent(call.InferenceId, $"guardrail.{call.Guardrail}")),
            cancellationToken);
    }

    protected override CheckAnswer Understand(JsonElement answer)
    {
        var found = answer.GetProperty("results").EnumerateArray().SelectMany(Violated).Distinct().Order().Take(MaxShown).ToArray();
        return found.Length == 0 ? CheckAnswer.Pass : CheckAnswer.Found($"Found {string.Join(", ", found)}.");
    }

    private IEnumerable<string> Violated(JsonElement result)
    {
        var scores = result.TryGetProperty("category_scores", out var given) ? given : default;
        foreach (var category in result.GetProperty("categories").EnumerateObject())
        {
            if (_rule.Categories?.Contains(category.Name) == false)
            {
                continue;
            }

            var counts = _rule.Thresholds?.TryGetValue(category.Name, out var threshold) == true
                ? scores.GetProperty(category.Name).GetDouble() >= threshold
                : category.Value.ValueKind == JsonValueKind.True;
            if (counts)
            {
                yield return category.Name;
            }
        }
    }
}
