using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>
/// Anthropic's <c>messages/count_tokens</c>, against any model: the provider's own count where it has one, else an estimate, which
/// a header says. It calls no model, costs nothing, and is not recorded.
/// </summary>
internal sealed class CountTokensEndpoint(
    UpstreamClients clients, InternalToken tokens, GuardrailDirectory guardrails, TimeProvider time)
{
    /// <summary>Says that the count is an estimate by the model's vocabulary, or by one like it.</summary>
    public const string EstimateHeader = "x-llmgateway-token-count";

    private const string Path = "messages/count_tokens";

    public async Task InvokeAsync(HttpContext context)
    {
        UpstreamErrors.RefuseLoop(context.Request);
        var call = InferenceCall.Of(context);
        var deployment = call.Deployment!;

        // What guardrails would mask or refuse goes to no provider.
        if (guardrails.Of(call.Caller.ProjectId) is null && deployment.Provider.Speaks(Operation.Messages) && await AskAsync(context, call, deployment))
        {
            return;
        }

        context.Response.Headers[EstimateHeader] = "estimate";
        await TypedResults.Json(new TokenCount(ChatTokenEstimator.EstimateInput(call.Request!.Span)), GatewayJsonContext.Default.TokenCount).ExecuteAsync(context);
    }

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.Use(BeginAsync);
        pipeline.UseMiddleware<ReadStage>();
        pipeline.UseMiddleware<ResolveStage>();
        pipeline.Run(endpoints.ServiceProvider.GetRequiredService<CountTokensEndpoint>().InvokeAsync);
        endpoints.MapPost($"/v1/{Path}", pipeline.Build())
            .RequireAuthorization(Policies.Inference)
            .WithName("gateway.messages.count_tokens").WithTags("Models")
            .WithSummary("Anthropic's count_tokens, against any model.");
    }

    private static async Task BeginAsync(HttpContext context, RequestDelegate next)
    {
        using var call = new InferenceCall(Operation.Messages, context.Caller(), context.RequestServices.GetRequiredService<TimeProvider>(), context.RequestAborted);
        context.Features.Set(call);
        ResponseHeaders.WriteIdentity(context.Response, call);
        await next(context);
    }

    /// <returns>False when the provider has no such operation.</returns>
    private async Task<bool> AskAsync(HttpContext context, InferenceCall call, Deployment deployment)
    {
        var timeouts = call.Routing!.Current.Timeouts;
        using var timer = new CallTimer(timeouts, timeouts.Total, time, context.RequestAborted);
        using var request = new HttpRequestMessage(HttpMethod.Post, deployment.Provider.Address(Path, deployment.Model));
        using var span = CallSpans.StartAttempt(call.Operation, deployment.Provider, deployment.Model);
        var attempt = new UpstreamAttempt(deployment.Provider.Name, deployment.Model, call.Elapsed);
        UpstreamHeaders.WriteRequest(context.Request, request, deployment.Provider, tokens);
        request.Content = new SplicedContent(RequestSplice.Apply(call.Request!.Memory, call.Scan, deployment, call.Operation).Parts);
        try
        {
            timer.Sent();
            using var answer = await clients.For(deployment.Provider).SendAsync(request, timer.Token);
            attempt.Status = (int)answer.StatusCode;
            if ((int)answer.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                return false;
            }

            UpstreamErrors.HideRefusedCredentials(answer, deployment.Provider.Name);
            UpstreamHeaders.WriteResponse(answer, context.Response);
            await answer.Content.CopyToAsync(context.Response.Body, timer.Token);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException || timer.Expired is not null)
        {
            var failure = UpstreamErrors.Describe(ForwarderError.Request, deployment.Provider.Name, timer.Expired, exception);
            attempt.End(call.Elapsed, failure.Reason);
            throw new ApiException(failure.Error!);
        }
        finally
        {
            CallSpans.EndAttempt(span, call, attempt);
        }
    }
}

/// <summary>Anthropic's answer.</summary>
/// <param name="InputTokens">Tokens of the request.</param>
internal sealed record TokenCount(int InputTokens);
