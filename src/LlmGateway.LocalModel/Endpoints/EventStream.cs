using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>Writes an answer as server-sent events, each flushed at once.</summary>
internal sealed class EventStream(HttpContext context)
{
    public void Start()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
    }

    public async Task WriteAsync(JsonNode data, string? eventName = null)
    {
        SseWriter.Write(context.Response.BodyWriter, Encoding.UTF8.GetBytes(data.ToJsonString()), eventName);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (context.Features.Get<FaultPlan>() is { } fault)
        {
            await fault.AfterEventAsync(context);
        }
    }

    public async Task DoneAsync() => await context.Response.BodyWriter.WriteAsync(SseWriter.Done.ToArray(), context.RequestAborted);
}
