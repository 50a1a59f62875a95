using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Tests.Limits;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Keys;

/// <summary>Keys that change while they are used.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ShiftedTime _time = new(Start);
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Both_secrets_are_taken_until_the_overlap_ends_and_count_in_the_same_limits()
    {
        var (id, old) = await MakeAsync();
        Assert.Equal(200, await _gateway.StatusAsync(old));
        var rotated = await PostAsync($"/v1/keys/{id}/rotate", new { overlap_seconds = 600 });
        var fresh = rotated.GetProperty("key").GetString()!;
        Assert.Equal(id, rotated.GetProperty("id").GetString());
        Assert.StartsWith($"sk-lg-{id["key_".Length..]}-", fresh, StringComparison.Ordinal);
        Assert.NotEqual(old, fresh);

        await _gateway.LimitAsync(new { name = "key", resource = "requests", window = "month", limit = 2, scope = new { type = "key", value = id } });
        Assert.Equal(200, (await _gateway.CallAsync(key: old, cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync(key: fresh, cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync(key: old, cancellationToken: Cancellation)).Status);

        _time.Set(Start.AddMinutes(11));
        Assert.Equal(401, await _gateway.StatusAsync(old));
        Assert.Equal(200, await _gateway.StatusAsync(fresh));
    }

    [Fact]
    public async Task Without_an_overlap_the_old_secret_ends_at_once_and_a_revoked_key_is_not_rotated()
    {
        var (id, old) = await MakeAsync();
        Assert.Equal(200, await _gateway.StatusAsync(old));
        var fresh = (await PostAsync($"/v1/keys/{id}/rotate", new { overlap_seconds = 0 })).GetProperty("key").GetString()!;
        Assert.Equal(401, await _gateway.StatusAsync(old));
        Assert.Equal(200, await _gateway.StatusAsync(fresh));
        Assert.Equal(400, (await _gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new { overlap_seconds = -1 })).Status);
        await _gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        Assert.Equal(409, (await _gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new { })).Status);
    }

    [Fact]
    public async Task A_changed_key_is_so_at_once_and_its_expiry_holds_to_the_second()
    {
        var (id, key) = await MakeAsync();
        Assert.Equal(200, (await _gateway.CallAsync(key: key, cancellationToken: Cancellation)).Status);
        await PostAsync($"/v1/keys/{id}", new { name = "renamed", allowed_models = new[] { "test/other" }, expires_at = Start.AddMinutes(1).ToUnixTimeSeconds() });
        Assert.Equal(403, (await _gateway.CallAsync(key: key, cancellationToken: Cancellation)).Status);
        var (_, shown) = await _gateway.SendAsync(HttpMethod.Get, $"/v1/keys/{id}");
        Assert.Equal(("renamed", false), (shown.GetProperty("name").GetString(), shown.TryGetProperty("key", out _)));

        Assert.Equal(200, await _gateway.StatusAsync(key));
        _time.Set(Start.AddSeconds(61));
        Assert.Equal(401, await _gateway.StatusAsync(key));
        await PostAsync($"/v1/keys/{id}", new { expires_at = 0, allowed_models = Array.Empty<string>() });
        Assert.Equal(200, (await _gateway.CallAsync(key: key, cancellationToken: Cancellation)).Status);
        Assert.Equal(400, (await _gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{id}", new { scopes = new[] { "admin" } })).Status);
        Assert.Equal(404, (await _gateway.SendAsync(HttpMethod.Get, "/v1/keys/key_nobody")).Status);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("api-key", "")]
    [InlineData("x-api-key", "")]
    [InlineData("x-goog-api-key", "")]
    public async Task A_key_is_taken_in_each_SDKs_own_header_and_goes_to_no_provider(string header, string scheme)
    {
        var (_, key) = await MakeAsync();
        using var client = new HttpClient { BaseAddress = _gateway.Http.BaseAddress };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, scheme + key);
        using var answer = await client.PostAsJsonAsync(
            "/v1/chat/completions", new { model = LimitCalls.Model, messages = new[] { new { role = "user", content = "Hello" } } }, Cancellation);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.All(_upstream.Requests, request => Assert.DoesNotContain(request.Headers.Values, value => value.Contains(key, StringComparison.Ordinal)));
    }

    private async Task<(string Id, string Key)> MakeAsync()
    {
        var made = await PostAsync("/v1/keys", new { name = "made" });
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        var (status, answer) = await _gateway.SendAsync(HttpMethod.Post, path, body);
        Assert.True(status == 200, answer.ToString());
        return answer;
    }
}
