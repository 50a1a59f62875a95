using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>An insight survives the death of its worker between any two of its steps, and no probe is run twice.</summary>
public sealed class InsightKillTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("evaluation.insight.chosen")]
    [InlineData("evaluation.insight.run:1")]
    [InlineData("evaluation.insight.run:2")]
    public async Task A_killed_insight_goes_on_with_the_runs_that_it_made(string step)
    {
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, step),
            ("Evaluation__Leases__Duration", "00:00:02"),
            ("Evaluation__Leases__Heartbeat", "00:00:00.500"),
            ("Evaluation__Leases__Sweep", "00:00:00.500"));
        var eval = (await PostAsync(gateway, "/v1/evals", """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"right","input":"{{ sample.output_text }}","reference":"{{ item.answer }}","operation":"ilike"}]}""")).GetProperty("id").GetString();
        var run = (await PostAsync(gateway, $"/v1/evals/{eval}/runs", Request())).GetProperty("id").GetString();
        await EndedAsync(gateway, $"/v1/evals/{eval}/runs/{run}");
        await FatalCall.PostAsync(gateway.Http, "/v1/insights", $$$"""{"eval_id":"{{{eval}}}","run_id":"{{{run}}}","probes":{"oracle_context":"{{ item.gold }}"}}""");
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        var insight = await FatalCall.MadeAsync(gateway.Http, "/v1/insights");
        var ended = await EndedAsync(gateway, $"/v1/insights/{insight}");
        Assert.True(ended.GetProperty("status").GetString() == "completed", ended.ToString());
        Assert.Equal("context-missing", ended.GetProperty("groups")[0].GetProperty("label").GetString());
        var runs = JsonElement.Parse(await gateway.Http.GetStringAsync($"/v1/evals/{eval}/runs")).GetProperty("data");
        Assert.Equal(3, runs.GetArrayLength());
    }

    private static string Request()
    {
        const string messages = """{"type":"template","template":[{"role":"user","content":"Question: {{ item.question }}"}]}""";
        var content = """{"item":{"question":"What colour has the door?","gold":"The door has the colour green.","answer":"green"}}""";
        return $$$"""{"data_source":{"type":"completions","model":"local/chat","source":{"type":"file_content","content":[{{{content}}}]},"input_messages":{{{messages}}} }}""";
    }

    private static async Task<JsonElement> PostAsync(StandaloneProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Http.PostAsync(path, content);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> EndedAsync(StandaloneProcess gateway, string path)
    {
        JsonElement current = default;
        await Eventually.TrueAsync(
            async token =>
            {
                current = JsonElement.Parse(await gateway.Http.GetStringAsync(path, token));
                return current.GetProperty("status").GetString() is "completed" or "failed";
            },
            $"{path} to end",
            Deadline);
        return current;
    }
}
