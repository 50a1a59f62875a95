using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>Guardrails of a project hold for its calls, at every gateway, and its log tells what they did.</summary>
public abstract class GuardrailTests(RunningSystem gateway) : Scenario(gateway)
{
    [Fact]
    public async Task Personal_data_is_masked_for_the_provider_and_the_log_and_comes_back_in_the_answer()
    {
        var client = await JoinAsAdminAsync("privacy");
        await PutAsync(client, "privacy", """{"stage":"input","action":"mask","rule":{"type":"personal_data"}}""");
        Gateway.Upstream.Script = Gateway.Upstream.Script with { Text = "Written to <EMAIL_1>." };
        using var answer = await client.PostAsync("/v1/chat/completions", Json(Chat("Write to ann@example.com")), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("Written to ann@example.com.", text, StringComparison.Ordinal);
        Assert.Equal("Write to <EMAIL_1>", ModelCalls[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());

        var row = await StoredAsync(answer, client);
        Assert.DoesNotContain("ann@example.com", row.ToString(), StringComparison.Ordinal);
        var score = row.GetProperty("scores").EnumerateArray().Single();
        Assert.Equal(("guardrail.privacy", false), (score.GetProperty("name").GetString(), score.GetProperty("passed").GetBoolean()));
        Assert.Equal("Found 1 EMAIL.", score.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_stream_that_says_what_is_forbidden_stops_and_the_log_says_why()
    {
        var client = await JoinAsAdminAsync("words");
        await PutAsync(client, "words", """{"stage":"output","action":"block","rule":{"type":"pattern","patterns":["forbidden"]}}""");
        Gateway.Upstream.Script = Gateway.Upstream.Script with { Text = $"{string.Join(' ', Enumerable.Repeat("allowed", 100))} forbidden words" };
        using var answer = await client.PostAsync("/v1/chat/completions", Json(Chat("hi").Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal)), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("allowed", text, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"content_filter\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("forbidden", text, StringComparison.Ordinal);

        var row = await StoredAsync(answer, client);
        Assert.Equal(("guardrail_blocked", "content_filter"), (row.GetProperty("error_code").GetString(), row.GetProperty("finish_reason").GetString()));
        Assert.DoesNotContain("forbidden", row.ToString(), StringComparison.Ordinal);
    }

    private async Task<HttpClient> JoinAsAdminAsync(string name)
    {
        var project = (await PostAsync(Http, "/v1/projects", $$"""{"name":"{{name}}"}""")).GetProperty("id").GetString();
        var key = await PostAsync(Http, "/v1/keys", $$"""{"project_id":"{{project}}","scopes":["admin"]}""");
        return Gateway.ClientOf(Gateway.BaseUrl, key.GetProperty("key").GetString());
    }

    private static async Task PutAsync(HttpClient client, string name, string guardrail)
    {
        using var response = await client.PutAsync($"/v1/guardrails/{name}", Json(guardrail), Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static string Chat(string text) => $$"""{"model":"{{RunningSystem.PricedModel}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(text)}}}]}""";
}

[Collection<StandaloneShape>]
public sealed class GuardrailsInStandalone(StandaloneFixture fixture) : GuardrailTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class GuardrailsInServices(ServicesFixture fixture) : GuardrailTests(fixture.Gateway);
