using LlmGateway.Gateway.Guardrails.Answers;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Guardrails.Requests;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Routes;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>
/// Checks what goes to a model and what comes from it. It stands outside the caches: they hold masked requests only, and what
/// they answer is checked like any answer. A project without guardrails pays one look-up.
/// </summary>
internal sealed class GuardrailMiddleware(
    RequestDelegate next, GuardrailDirectory directory, GuardrailMetrics metrics, InferenceRecorder recorder, GatewaySettings settings, RouteReach reach)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return directory.Of(call.Caller.ProjectId) is { } guardrails && call.Caller.Purpose != JudgeCheck.Purpose
            ? GuardAsync(context, call, guardrails)
            : next(context);
    }

    private async Task GuardAsync(HttpContext context, InferenceCall call, ProjectGuardrails guardrails)
    {
        var (input, mayCheckAnswer) = guardrails.ForRequest(call, reach);
        var placeholders = new Placeholders();
        if (!input.IsEmpty)
        {
            await CheckRequestAsync(context, call, input, placeholders);
        }

        if (!mayCheckAnswer && (placeholders.AreNone || !call.Operation.CanStream))
        {
            await next(context);
            return;
        }

        var verdicts = new GuardrailVerdicts(metrics, GuardrailStage.Output);
        try
        {
            await GuardAnswerAsync(context, call, () => new TextGuard(guardrails.ForAnswer(call), At(call, GuardrailStage.Output), placeholders, verdicts));
        }
        finally
        {
            verdicts.Publish(call);
        }
    }

    private async Task CheckRequestAsync(HttpContext context, InferenceCall call, GuardrailSet input, Placeholders placeholders)
    {
        var verdicts = new GuardrailVerdicts(metrics, GuardrailStage.Input);
        try
        {
            await InputGuard.CheckAsync(call, new TextGuard(input, At(call, GuardrailStage.Input), placeholders, verdicts), context.RequestAborted);
        }
        finally
        {
            verdicts.Publish(call);
        }
    }

    private async Task GuardAnswerAsync(HttpContext context, InferenceCall call, Func<TextGuard> guard)
    {
        var caller = context.Response.Body;
        await using var body = new GuardedBody(context, call, guard, settings.Current.Guardrails, recorder);
        context.Response.Body = body;
        call.Holds++;
        try
        {
            await next(context);
            await body.FinishAsync(context.RequestAborted);
        }
        catch (Exception) when (body.IsStopped)
        {
            // The stream ended as the caller was told; what broke off behind it was meant to.
        }
        finally
        {
            context.Response.Body = caller;
        }
    }

    private static CheckedCall At(InferenceCall call, GuardrailStage stage) => new(stage, call.Caller, call.Scan.Model, call.Id, "");
}
