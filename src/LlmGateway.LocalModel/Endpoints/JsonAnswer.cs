using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>A JSON answer in one piece, or half of one where a cut was asked for.</summary>
internal sealed class JsonAnswer(JsonNode json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Encoding.UTF8.GetBytes(json.ToJsonString());
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = body.Length;
        if (httpContext.Features.Get<FaultPlan>() is { CutsBody: true })
        {
            await httpContext.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), httpContext.RequestAborted);
            await httpContext.Response.Body.FlushAsync(httpContext.RequestAborted);
            httpContext.Abort();
            return;
        }

        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
