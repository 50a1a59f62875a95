using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Batches, judged by OpenAI's own document.</summary>
public sealed class BatchContractTests(StandaloneFixture fixture) : IClassFixture<StandaloneFixture>
{
    private const string Good = """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"local/chat","messages":[{"role":"user","content":"hi"}]}}""";
    private readonly HttpClient _http = fixture.Gateway.Http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Good, "completed")]
    [InlineData("no request", "failed")]
    public async Task They_keep_the_contract_from_their_beginning_to_their_end(string line, string ending)
    {
        var id = await CreateAsync(line);
        await Eventually.TrueAsync(
            async token =>
            {
                var batch = await _http.GetStringAsync($"/v1/batches/{id}", token);
                SharedContract.AssertKept("GET", "/batches/{batch_id}", 200, batch);
                return JsonElement.Parse(batch).GetProperty("status").GetString() == ending;
            },
            ending, cancellationToken: Cancel);
        SharedContract.AssertKept("GET", "/batches", 200, await _http.GetStringAsync("/v1/batches?limit=1", Cancel));
    }

    [Fact]
    public async Task A_cancelled_one_keeps_the_contract()
    {
        var id = await CreateAsync(string.Join('\n', Enumerable.Range(0, 2000).Select(number => Good.Replace("\"a\"", $"\"{number}\"", StringComparison.Ordinal))));
        using var response = await _http.PostAsync($"/v1/batches/{id}/cancel", null, Cancel);
        SharedContract.AssertKept("POST", "/batches/{batch_id}/cancel", (int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_empty_list_keeps_the_contract()
    {
        var last = JsonElement.Parse(await _http.GetStringAsync("/v1/batches?order=asc&limit=1", Cancel)).GetProperty("last_id").GetString();
        SharedContract.AssertKept("GET", "/batches", 200, await _http.GetStringAsync(last is null ? "/v1/batches" : $"/v1/batches?after={last}", Cancel));
    }

    private async Task<string> CreateAsync(string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(content), "file", "in.jsonl" } };
        using var uploaded = await _http.PostAsync("/v1/files", form, Cancel);
        var file = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        using var response = await _http.PostAsJsonAsync(
            "/v1/batches",
            new { input_file_id = file, endpoint = "/v1/chat/completions", completion_window = "24h", metadata = new { a = "b" }, output_expires_after = new { anchor = "created_at", seconds = 3600 } },
            Cancel);
        var batch = await response.Content.ReadAsStringAsync(Cancel);
        SharedContract.AssertKept("POST", "/batches", (int)response.StatusCode, batch);
        return JsonElement.Parse(batch).GetProperty("id").GetString()!;
    }
}
