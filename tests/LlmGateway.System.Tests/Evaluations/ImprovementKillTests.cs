using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>An improvement survives the death of its worker in each of its stages: what it made is found again, and nothing is made twice.</summary>
public sealed class ImprovementKillTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("improvements.selected")]
    [InlineData("improvements.job_made")]
    [InlineData("finetuning.evaluated")]
    [InlineData("improvements.credited")]
    [InlineData("improvements.canary_made")]
    public async Task A_killed_improvement_goes_on_with_what_it_made(string crashAt)
    {
        var questions = BankingCalls.Read("train.csv");
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, crashAt),
            ("FineTuning__Leases__Duration", "00:00:02"),
            ("FineTuning__Leases__Heartbeat", "00:00:00.500"),
            ("FineTuning__Leases__Sweep", "00:00:00.500"));
        var route = new CorrectedRoute(gateway.Http);
        await route.BeginAsync(questions);
        await Eventually.TrueAsync(_ => route.HasStoredAsync(100), "the calls in the log", Deadline);
        await FatalCall.PostAsync(gateway.Http, "/v1/improvements", route.Improvement().ToJsonString());
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        var id = await FatalCall.MadeAsync(gateway.Http, "/v1/improvements");
        JsonElement row = default;
        await Eventually.TrueAsync(
            async token => (row = JsonElement.Parse(await gateway.Http.GetStringAsync($"/v1/improvements/{id}", token))).TryGetProperty("experiment_id", out _)
                || row.GetProperty("status").GetString() == "failed",
            "the canary to begin",
            Deadline);
        Assert.True(row.GetProperty("status").GetString() == "running", row.ToString());
        foreach (var made in new[] { "/v1/datasets", $"/v1/fine_tuning/jobs?metadata[improvement]={id}", "/v1/attributions", "/v1/experiments" })
        {
            var list = JsonElement.Parse(await gateway.Http.GetStringAsync(made, TestContext.Current.CancellationToken));
            Assert.True(list.GetProperty("data").GetArrayLength() == 1, $"{made}: {list}");
        }
    }
}
