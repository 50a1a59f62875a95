using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Limits;

/// <summary>Making limits, and calls that they are for.</summary>
internal static class LimitCalls
{
    public const string Model = "test/gpt-4o-mini";

    /// <summary>What the model costs: a dollar for a thousand tokens, in or out.</summary>
    public static readonly (string, string?)[] Prices =
    [
        ($"Gateway:Models:{Model}:InputUsdPerMillion", "1000"),
        ($"Gateway:Models:{Model}:OutputUsdPerMillion", "1000"),
    ];

    public static object Limit(string resource, string? window, decimal limit, string scope = "project", string mode = "enforce") =>
        window is null ? new { name = "test", resource, limit, scope = new { type = scope }, mode } : new { name = "test", resource, window, limit, scope = new { type = scope }, mode };

    /// <returns>The limit's id.</returns>
    public static Task<string> LimitAsync(this InProcessGateway gateway, object limit) => gateway.PostAsync("/v1/limits", limit, "id");

    public static async Task<(int Status, JsonElement Body)> SendAsync(this InProcessGateway gateway, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await gateway.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>What the first subject used of a limit.</summary>
    public static async Task<decimal> UsedAsync(this InProcessGateway gateway, string limit)
    {
        var (_, body) = await gateway.SendAsync(HttpMethod.Get, $"/v1/limits/{limit}");
        var data = body.GetProperty("usage").GetProperty("data");
        return data.GetArrayLength() == 0 ? 0 : data[0].GetProperty("used").GetDecimal();
    }

    /// <summary>Asks something that no cache has an answer to.</summary>
    public static async Task<Answer> CallAsync(this InProcessGateway gateway, string members = "", string? key = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{Model}}",{{members}}"messages":[{"role":"user","content":"{{Guid.CreateVersion7()}}"}]}""", Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await gateway.Http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new Answer((int)response.StatusCode, text, response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public JsonElement Error => JsonDocument.Parse(Text).RootElement.GetProperty("error");

    public string? Code => Error.GetProperty("code").GetString();
}

/// <summary>The real clock, which a test sets forward.</summary>
internal sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _shift = start - System.GetUtcNow();

    public void Set(DateTimeOffset now) => _shift = now - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}
