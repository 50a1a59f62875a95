using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>An attribution survives the death of its worker: the runs that were made are found again, and none is made twice.</summary>
public sealed class AttributionKillTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_killed_attribution_goes_on_with_the_runs_that_it_made()
    {
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, "evaluation.attribution.run:3"),
            ("Evaluation__Leases__Duration", "00:00:02"),
            ("Evaluation__Leases__Heartbeat", "00:00:00.500"),
            ("Evaluation__Leases__Sweep", "00:00:00.500"));
        var eval = (await PostAsync(gateway, "/v1/evals", """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"any","input":"{{ sample.output_text }}","reference":"","operation":"like"}]}""")).GetProperty("id").GetString();
        await FatalCall.PostAsync(gateway.Http, "/v1/attributions", Request(eval));
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        var id = await FatalCall.MadeAsync(gateway.Http, "/v1/attributions");
        await Eventually.TrueAsync(
            async token => JsonElement.Parse(await gateway.Http.GetStringAsync($"/v1/attributions/{id}", token)).GetProperty("status").GetString() == "completed",
            "the attribution to end",
            Deadline);
        var runs = JsonElement.Parse(await gateway.Http.GetStringAsync($"/v1/evals/{eval}/runs?limit=100")).GetProperty("data").EnumerateArray();
        Assert.Equal(["a", "a + b", "a + b + c", "a + c", "b", "b + c", "base", "c"], runs.Select(run => run.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    private static string Request(string? eval) =>
        $$$$"""
        {
          "eval_id": "{{{{eval}}}}",
          "source": {"type": "file_content", "content": [{"item": {"question": "one"}}, {"item": {"question": "two"}}]},
          "base": {"model": "test/gpt-4o-mini", "input_messages": {"type": "template", "template": [{"role": "user", "content": "{{ item.question }}"}]}},
          "changes": [
            {"name": "a", "set": {"sampling_params": {"seed": 1}}},
            {"name": "b", "set": {"sampling_params": {"temperature": 0}}},
            {"name": "c", "set": {"sampling_params": {"top_p": 0.5}}}
          ]
        }
        """;

    private static async Task<JsonElement> PostAsync(StandaloneProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
