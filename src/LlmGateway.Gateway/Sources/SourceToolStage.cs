using System.Text.Json;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Sources;

/// <summary>
/// Puts the function of a structured source in the place of the tool <c>{"type": "llmgateway.source", "source_id": "src_…"}</c>. The
/// model's call of it comes back to the application as any other. Other requests pass.
/// </summary>
internal sealed class SourceToolStage(RequestDelegate next, RetrievalClient client, RetrievalPatience patience, GatewaySettings settings)
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

    private async Task<IReadOnlyList<JsonElement>> FetchAsync(InferenceCall call, SourceTools tools) =>
        await patience.WaitAsync("The retrieval service", tools.Sources[0].Param, token => Task.WhenAll(tools.Sources.Select(source =>
            client.GetAsync(call.Caller, $"/v1/retrieval/sources/{Uri.EscapeDataString(source.SourceId)}/tool", source.Param, token))), call.CallerLeft);

    private void Replace(InferenceCall call, ReadOnlyMemory<byte> tools)
    {
        var (request, range) = (call.Request!.Memory, call.Scan.Tools);
        call.ReplaceRequest(settings.Current.MaxRequestBytes, "its sources' functions", request[..range.Start], tools, request[range.End..]);
    }
}
