using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>A run survives the death of its worker: what was finished stays, the rest is done, and nothing is done twice over.</summary>
public sealed class RunKillTests
{
    private const int Items = 300;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_killed_run_goes_on_from_its_finished_items()
    {
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, "evaluation.batch.after:5"),
            ("Evaluation__Leases__Duration", "00:00:02"),
            ("Evaluation__Leases__Heartbeat", "00:00:00.500"),
            ("Evaluation__Leases__Sweep", "00:00:00.500"));
        var eval = (await PostAsync(gateway, "/v1/evals", """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"any","input":"{{ sample.output_text }}","reference":"","operation":"like"}]}""")).GetProperty("id").GetString();
        var run = (await PostAsync(gateway, $"/v1/evals/{eval}/runs", Request())).GetProperty("id").GetString();
        await gateway.WaitForExitAsync();
        var before = gateway.Upstream.Requests.Count;
        Assert.InRange(before, 5, Items - 1);
        await gateway.RestartAsync();

        var ended = await EndedAsync(gateway, $"/v1/evals/{eval}/runs/{run}");
        Assert.Equal(("completed", Items), (ended.GetProperty("status").GetString(), ended.GetProperty("result_counts").GetProperty("passed").GetInt32()));
        // What was asked and not yet written is asked again: as many as are in the works at one time.
        Assert.InRange(gateway.Upstream.Requests.Count(request => request.Method == "POST"), Items, Items + 50);
    }

    private static string Request()
    {
        const string messages = """{"type":"template","template":[{"role":"user","content":"{{ item.question }}"}]}""";
        var content = string.Join(',', Enumerable.Range(0, Items).Select(item => $$$"""{"item":{"question":"question {{{item}}}"}}"""));
        return $$$"""{"data_source":{"type":"completions","model":"test/gpt-4o-mini","source":{"type":"file_content","content":[{{{content}}}]},"input_messages":{{{messages}}} }}""";
    }

    private static async Task<JsonElement> PostAsync(StandaloneProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Http.PostAsync(path, content);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> EndedAsync(StandaloneProcess gateway, string path)
    {
        JsonElement run = default;
        await Eventually.TrueAsync(
            async token =>
            {
                run = JsonElement.Parse(await gateway.Http.GetStringAsync(path, token));
                return run.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the run to end",
            Deadline);
        return run;
    }
}
