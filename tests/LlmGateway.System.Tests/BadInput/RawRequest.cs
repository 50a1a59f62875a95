using System.Net.Sockets;
using System.Text;

namespace LlmGateway.System.Tests;

/// <summary>A request written byte by byte, as no client library would.</summary>
internal static class RawRequest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Sends a POST signed in with the admin key, and reads until the server closes.</summary>
    /// <returns>Status line, headers and body.</returns>
    public static async Task<string> PostAsync(Uri address, string path, string lengthHeader, byte[] body)
    {
        using var deadline = new CancellationTokenSource(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = client.GetStream();
        var head = $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {RunningSystem.AdminKey}\r\nContent-Type: application/json\r\nConnection: close\r\n{lengthHeader}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), deadline.Token);
        await stream.WriteAsync(body, deadline.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(deadline.Token);
    }
}
