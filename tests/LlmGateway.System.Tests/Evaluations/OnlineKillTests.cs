using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>A rule survives the death of its worker at every step: each call is graded once, and each result said once.</summary>
public sealed class OnlineKillTests
{
    private const int Calls = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("evaluation.online.run.before")]
    [InlineData("evaluation.online.run.after")]
    [InlineData("evaluation.online.feedback.after")]
    public async Task A_killed_rule_loses_no_call_and_grades_none_twice(string step)
    {
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, step),
            ("Evaluation__OnlineInterval", "00:00:00.200"),
            ("Evaluation__Leases__Duration", "00:00:02"),
            ("Evaluation__Leases__Heartbeat", "00:00:00.500"),
            ("Evaluation__Leases__Sweep", "00:00:00.200"));
        var eval = await IdAsync(gateway, "/v1/evals", """{"data_source_config":{"type":"logs"},"testing_criteria":[{"type":"string_check","name":"any","input":"{{ sample.output_text }}","reference":"","operation":"like"}]}""");
        var rule = $"/v1/evals/{eval}/online_rules/{await IdAsync(gateway, $"/v1/evals/{eval}/online_rules", """{"name":"live","delay_seconds":0,"enabled":false}""")}";
        for (var call = 0; call < Calls; call++)
        {
            await IdAsync(gateway, "/v1/chat/completions", $$$"""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"question {{{call}}}"}]}""");
        }

        await CountAsync(gateway, "/v1/inferences", Calls);
        await EnableAsync(gateway, rule);
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        await CountAsync(gateway, "/v1/feedback", Calls);
        var said = (await GetAsync(gateway, "/v1/feedback")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("inference_id").GetString());
        Assert.Equal(Calls, said.Distinct().Count());
        var run = Assert.Single((await GetAsync(gateway, $"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray());
        Assert.Equal(Calls, run.GetProperty("result_counts").GetProperty("total").GetInt32());
        Assert.Equal(Calls, (await GetAsync(gateway, rule)).GetProperty("counts").GetProperty("graded").GetInt32());
    }

    /// <summary>The answer may be lost: the rule begins at once, and the process dies of it.</summary>
    private static async Task EnableAsync(StandaloneProcess gateway, string rule)
    {
        using var change = new StringContent("""{"enabled":true}""", Encoding.UTF8, "application/json");
        try
        {
            (await gateway.Http.PatchAsync(rule, change)).Dispose();
        }
        catch (HttpRequestException)
        {
            // What was asked for is known by the exit that follows.
        }
    }

    private static Task CountAsync(StandaloneProcess gateway, string path, int count) => Eventually.TrueAsync(
        async _ => (await GetAsync(gateway, path)).GetProperty("data").GetArrayLength() == count, $"{count} rows of {path}", Deadline);

    private static async Task<string> IdAsync(StandaloneProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Http.PostAsync(path, content);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> GetAsync(StandaloneProcess gateway, string path) => JsonElement.Parse(await gateway.Http.GetStringAsync(path));
}
