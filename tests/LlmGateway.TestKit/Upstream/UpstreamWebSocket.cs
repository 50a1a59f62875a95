using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.TestKit.Upstream;

/// <summary>Stands for the realtime API: sends every message back until the client closes.</summary>
internal static class UpstreamWebSocket
{
    private static readonly TimeSpan CloseBudget = TimeSpan.FromSeconds(5);

    public static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(),
        });
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                break;
            }

            await socket.SendAsync(
                buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }
        using var budget = new CancellationTokenSource(CloseBudget);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, budget.Token);
    }
}
