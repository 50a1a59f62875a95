using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Sources;

/// <summary>
/// Puts the function of a structured source in the place of the tool <c>{"type": "llmgateway.source", "source_id": "src_…"}</c>. The
/// model's call of it comes back to the application as any other. Other requests pass.
/// </summary>
internal sealed class SourceToolStage(RequestDelegate next, RetrievalClient client, GatewaySettings settings, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var (start, end) = (call.Scan.Tools.Start, call.Scan.Tools.End);
        return end > start && call.Request!.Span[start..end].IndexOf(SourceTools.TypeName) >= 0 ? DefineAsync(context, call) : next(context);
    }

    private async Task DefineAsync(HttpContext context, InferenceCall call)
    {
        var tools = SourceTools.Read(call.Request!.Span[call.Scan.Tools.Start..call.Scan.Tools.End]);
        if (tools.Sources.Count > 0)
        {
            if (!call.Caller.Scopes.HasFlag(Scopes.Data))
            {
                throw new ApiException(new ApiError(
                    StatusCodes.Status403Forbidden, "insufficient_scope", "This API key lacks the scope 'data' that 'llmgateway.source' needs.", tools.Sources[0].Param));
            }

            Replace(call, tools.Write(await FetchAsync(call, tools), call.Operation));
        }

        await next(context);
    }

    private async Task<IReadOnlyList<JsonElement>> FetchAsync(InferenceCall call, SourceTools tools)
    {
        using var patience = new CancellationTokenSource(settings.Current.Retrieval.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, call.CallerLeft);
        try
        {
            return await Task.WhenAll(tools.Sources.Select(source =>
                client.GetAsync(call.Caller, $"/v1/retrieval/sources/{Uri.EscapeDataString(source.SourceId)}/tool", source.Param, either.Token)));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !call.CallerLeft.IsCancellationRequested)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "retrieval_timeout", "The retrieval service gave no answer in time (Gateway:Retrieval:Timeout). Try again.", tools.Sources[0].Param)
            {
                RetryAfterSeconds = 1,
            });
        }
    }

    private void Replace(InferenceCall call, ReadOnlySpan<byte> tools)
    {
        var (request, range, limit) = (call.Request!, call.Scan.Tools, settings.Current.MaxRequestBytes);
        var length = request.Span.Length - (range.End - range.Start) + tools.Length;
        if (length > limit)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, "request_too_large", $"With its sources' functions the request is over {limit} bytes (Gateway:MaxRequestBytes)."));
        }

        var made = new PooledBody();
        made.Append(request.Span[..range.Start], limit);
        made.Append(tools, limit);
        made.Append(request.Span[range.End..], limit);
        request.Dispose();
        call.Request = made;
        call.Scan = RequestScanner.Scan(made.Span, call.Operation);
    }
}
