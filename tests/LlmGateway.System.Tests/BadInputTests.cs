using System.Net.Http.Headers;
using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>Bad input gets OpenAI's error object and never reaches a provider.</summary>
public abstract class BadInputTests(RunningSystem gateway) : Scenario(gateway)
{
    [Theory]
    [InlineData("POST", "/v1/chat/completions", """{"model":""", 400, "invalid_json", null)]
    [InlineData("POST", "/v1/chat/completions", """{"messages":[{"role":"user"}]}""", 400, "missing_required_parameter", "model")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"test/m","stream":1,"messages":[{"role":"user"}]}""", 400, "invalid_type", "stream")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"nobody","model":"test/m","messages":[{"role":"user"}]}""", 400, "duplicate_member", "model")]
    [InlineData("POST", "/v1/embeddings", """{"model":"test/m","input":"x","stream":true}""", 400, "invalid_value", "stream")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"local/none","messages":[{"role":"user"}]}""", 404, "model_not_found", "model")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"local/chat","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"$ref":"#"}}}}""", 400, "invalid_json_schema", "response_format")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"local/chat","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"enum":5}}}}}}""", 400, "invalid_json_schema", "response_format")]
    [InlineData("DELETE", "/v1/embeddings", null, 405, "method_not_allowed", null)]
    [InlineData("GET", "/v1/assistants", null, 404, "unknown_url", null)]
    [InlineData("GET", "/v1/chat/completions?limit=1000", null, 400, "invalid_value", "limit")]
    [InlineData("POST", "/v1/keys", """{"scopes":["everything"]}""", 400, "invalid_value", "scopes")]
    [InlineData("POST", "/v1/keys", """{"nam":"x"}""", 400, "bad_request", "nam")]
    public async Task It_is_refused_with_the_field_at_fault(string method, string path, string? body, int status, string code, string? param)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = Json(body);
        }

        using var response = await Http.SendAsync(request, Cancel);
        await AssertErrorAsync(response, status, code, param);
        Assert.Empty(ModelCalls);
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("sk-lg-wrong-key", "invalid_api_key")]
    [InlineData("lgt_forged.signature", "invalid_api_key")]
    public async Task A_missing_or_wrong_key_is_refused(string? key, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        using var client = new HttpClient { BaseAddress = Gateway.BaseUrl };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, Cancel);
        await AssertErrorAsync(response, 401, code, null);
    }

    [Fact]
    public async Task A_key_can_do_only_what_its_scopes_and_models_allow_and_nothing_once_revoked()
    {
        using var created = await SendAsync(Http, "/v1/keys", """{"scopes":["inference"],"allowed_models":["local/chat"]}""");
        var key = JsonElement.Parse(await created.Content.ReadAsStringAsync(Cancel));
        using var client = new HttpClient { BaseAddress = Gateway.BaseUrl };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.GetProperty("key").GetString());

        using var allowed = await SendAsync(client, "/v1/chat/completions", """{"model":"local/chat","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(200, (int)allowed.StatusCode);
        using var otherModel = await SendAsync(client, "/v1/chat/completions", """{"model":"test/m","messages":[{"role":"user","content":"hi"}]}""");
        await AssertErrorAsync(otherModel, 403, "model_not_allowed", "model");
        using var admin = await client.GetAsync("/v1/keys", Cancel);
        await AssertErrorAsync(admin, 403, "insufficient_scope", null);

        using var revoked = await Http.DeleteAsync($"/v1/keys/{key.GetProperty("id").GetString()}", Cancel);
        Assert.Equal(200, (int)revoked.StatusCode);
        using var after = await SendAsync(client, "/v1/chat/completions", """{"model":"local/chat","messages":[{"role":"user","content":"hi"}]}""");
        await AssertErrorAsync(after, 401, "invalid_api_key", null);
    }

    [Fact]
    public async Task Oversized_headers_are_refused_in_the_same_form()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("x-bomb", new string('x', 40_000));
        using var response = await Http.SendAsync(request, Cancel);
        await AssertErrorAsync(response, 431, "headers_too_large", null);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string body) =>
        client.PostAsync(path, Json(body), Cancel);

    private static async Task AssertErrorAsync(HttpResponseMessage response, int status, string code, string? param)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        var error = JsonElement.Parse(text).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }
}

[Collection<StandaloneShape>]
public sealed class BadInputInStandalone(StandaloneFixture fixture) : BadInputTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class BadInputInServices(ServicesFixture fixture) : BadInputTests(fixture.Gateway);
