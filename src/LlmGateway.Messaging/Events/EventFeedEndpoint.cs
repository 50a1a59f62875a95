using System.Text;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Messaging.Events;

/// <summary>GET /v1/events: the events of the caller's project as server-sent events, from now on.</summary>
public static class EventFeedEndpoint
{
    // A comment now and then keeps proxies from closing a quiet connection.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public static void MapEventFeed(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/events", (HttpContext http) => StreamAsync(http)).RequireAuthorization(Policies.Data)
            .WithName("StreamEvents").WithSummary("Stream the project's events").WithTags("Events");

    private static async Task StreamAsync(HttpContext http)
    {
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using var listening = http.RequestServices.GetRequiredService<EventFeed>().Listen(http.Caller().ProjectId);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        try
        {
            await WriteAsync(http.Response, ": listening\n\n", end.Token);
            var time = http.RequestServices.GetRequiredService<TimeProvider>();
            while (true)
            {
                await WriteAsync(http.Response, await NextAsync(listening, time, end.Token), end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The caller left, or the process ends.
        }
    }

    private static async Task<string> NextAsync(Listening listening, TimeProvider time, CancellationToken cancellationToken)
    {
        using var beat = new CancellationTokenSource(Beat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, beat.Token);
        try
        {
            var happened = await listening.Events.ReadAsync(either.Token);
            return $"id: {happened.Id}\nevent: {happened.Type}\ndata: {Encoding.UTF8.GetString(happened.ToJson())}\n\n";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ": still here\n\n";
        }
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
