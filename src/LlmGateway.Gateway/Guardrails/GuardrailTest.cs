using System.Diagnostics;
using System.Text.Json.Serialization;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>Tries a project's guardrails on a text, each by itself: nothing is called but their own judges and webhooks.</summary>
internal static class GuardrailTest
{
    private const int MaxTextLength = 100_000;

    public static async Task<IResult> RunAsync(
        GuardrailTestRequest request, HttpContext http, GuardrailDirectory directory, GuardrailMetrics metrics, CancellationToken cancellationToken)
    {
        var stage = GuardrailRules.ReadStage(request.Stage, "stage");
        if (stage == GuardrailStage.Both)
        {
            throw GuardrailRules.Refused("'stage' is required: 'input' or 'output'.", "stage");
        }

        if (request.Text is not { Length: > 0 and <= MaxTextLength } text)
        {
            throw GuardrailRules.Refused($"'text' must have from 1 to {MaxTextLength} characters.", "text");
        }

        var caller = http.Caller();
        var guardrails = directory.Of(caller.ProjectId)?.InOrder ?? [];
        var results = await Task.WhenAll(ProjectGuardrails.At(guardrails, stage).Select(
            guardrail => TryAsync(guardrail, text, new Checks.CheckedCall(stage, caller, null, null, guardrail.Name), metrics, cancellationToken)));
        return TypedResults.Json(new GuardrailTestResult("guardrail.test", results), GatewayJsonContext.Default.GuardrailTestResult);
    }

    private static async Task<GuardrailTried> TryAsync(
        CompiledGuardrail guardrail, string text, Checks.CheckedCall call, GuardrailMetrics metrics, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var verdicts = new GuardrailVerdicts(metrics, call.Stage);
        var guard = new TextGuard(new GuardrailSet([guardrail]), call, new Placeholders(), verdicts);
        var after = await guard.CheckAsync(text, isContent: true, cancellationToken);
        var (verdict, reason) = verdicts.Of(guardrail);
        return new GuardrailTried(
            guardrail.Name, guardrail.Type, guardrail.Definition.Action, verdict.ToString().ToLowerInvariant(), reason,
            verdict == Verdict.Masked ? after.Text : null, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}

/// <param name="Text">1 to 100,000 characters.</param>
/// <param name="Stage"><c>input</c> or <c>output</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record GuardrailTestRequest(string? Text, string? Stage);

internal sealed record GuardrailTestResult(string Object, IReadOnlyList<GuardrailTried> Data);

/// <param name="Name">The guardrail.</param>
/// <param name="Type">Its rule's type.</param>
/// <param name="Action">What it does when it finds something.</param>
/// <param name="Verdict"><c>passed</c>, <c>flagged</c>, <c>masked</c>, <c>blocked</c>, or <c>unchecked</c> where it could not be checked and lets pass.</param>
/// <param name="Reason">What it found; null for nothing.</param>
/// <param name="Text">The text as it would go on, where it was masked.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
internal sealed record GuardrailTried(
    string Name, string Type, GuardrailAction Action, string Verdict, string? Reason, string? Text, double DurationMs);
