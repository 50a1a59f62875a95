using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>Files, judged by OpenAI's own document.</summary>
public sealed class FileContractTests(StandaloneFixture fixture) : IClassFixture<StandaloneFixture>
{
    private readonly HttpClient _http = fixture.Gateway.Http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("assistants")]
    [InlineData("batch")]
    [InlineData("fine-tune")]
    [InlineData("vision")]
    [InlineData("user_data")]
    [InlineData("evals")]
    public async Task They_keep_the_contract_whatever_they_are_for(string purpose)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent("3600"), "expires_after[seconds]" },
            { new StringContent("{}"), "file", "one.jsonl" },
        };
        using var response = await _http.PostAsync("/v1/files", form, Cancel);
        var made = await response.Content.ReadAsStringAsync(Cancel);
        SharedContract.AssertKept("POST", "/files", (int)response.StatusCode, made);
        var id = JsonElement.Parse(made).GetProperty("id").GetString();
        SharedContract.AssertKept("GET", "/files/{file_id}", 200, await _http.GetStringAsync($"/v1/files/{id}", Cancel));
        SharedContract.AssertKept("GET", "/files", 200, await _http.GetStringAsync($"/v1/files?purpose={purpose}&limit=10000", Cancel));
        using var deleted = await _http.DeleteAsync($"/v1/files/{id}", Cancel);
        SharedContract.AssertKept("DELETE", "/files/{file_id}", 200, await deleted.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_empty_list_keeps_the_contract() =>
        SharedContract.AssertKept("GET", "/files", 200, await _http.GetStringAsync("/v1/files?purpose=nothing", Cancel));
}
