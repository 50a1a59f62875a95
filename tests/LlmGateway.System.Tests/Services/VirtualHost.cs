using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit.Servers;
using RabbitMQ.Client;

namespace LlmGateway.System.Tests;

/// <summary>A system's virtual host on the shared broker, for a program that writes to its queues what it likes.</summary>
internal sealed class VirtualHost(HttpClient management, string address) : IDisposable
{
    private readonly string _name = address[(address.LastIndexOf('/') + 1)..];

    public static async Task<VirtualHost> OpenAsync(string address) => new(TestServers.ManagementOf(await TestServers.SharedAsync()), address);

    /// <summary>Puts a message in a queue, and returns when the broker has it.</summary>
    public async Task PublishAsync(string queue, byte[] body, string? contentType)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { ContentType = contentType }, body);
    }

    /// <summary>Takes a message from an error queue; null if there is none.</summary>
    public async Task<RefusedMessage?> TakeAsync(string queue)
    {
        using var response = await management.PostAsJsonAsync(
            $"api/queues/{_name}/{queue}/get", new { count = 1, ackmode = "ack_requeue_false", encoding = "base64", truncate = 100 });
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        var messages = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return messages.GetArrayLength() == 0 ? null : new RefusedMessage(
            messages[0].GetProperty("payload_bytes").GetInt64(),
            messages[0].GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message").GetString()!);
    }

    public void Dispose() => management.Dispose();
}

/// <summary>A message in an error queue.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Reason">Why it is there.</param>
internal sealed record RefusedMessage(long Bytes, string Reason);
