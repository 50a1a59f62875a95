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
        await using var gateway = await StartAsync(crashAt);
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

        await route.SendAsync(HttpMethod.Post, $"/v1/improvements/{id}/cancel", []);
        await Eventually.TrueAsync(async token => (await gateway.Http.GetStringAsync("/v1/experiments", token)).Contains("\"rolled_back\"", StringComparison.Ordinal), "the canary to end", Deadline);
    }

    [Theory]
    [InlineData("improvements.cancelled")]
    [InlineData("improvements.ended_made")]
    public async Task What_a_cancelled_improvement_made_is_ended_although_its_worker_dies(string crashAt)
    {
        await using var gateway = await StartAsync(crashAt);
        var route = new CorrectedRoute(gateway.Http);
        await route.BeginAsync(BankingCalls.Read("train.csv").Take(150));
        await Eventually.TrueAsync(_ => route.HasStoredAsync(100), "the calls in the log", Deadline);
        var asked = route.Improvement();
        asked["approve"] = "manual";
        var id = (await route.SendAsync(HttpMethod.Post, "/v1/improvements", asked)).GetProperty("id").GetString();
        await Eventually.TrueAsync(async _ => await StatusAsync($"/v1/improvements/{id}") == "waiting_for_approval", "the training to wait", Deadline);

        await FatalCall.PostAsync(gateway.Http, $"/v1/improvements/{id}/cancel", "{}");
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        Assert.Equal("cancelled", await StatusAsync($"/v1/improvements/{id}"));
        await Eventually.TrueAsync(
            async _ => (await GetAsync($"/v1/fine_tuning/jobs?metadata[improvement]={id}")).GetProperty("data")[0].GetProperty("status").GetString() == "cancelled", "the job to be cancelled", Deadline);
        await Eventually.TrueAsync(async _ => await IsAcceptedAsync($"/v1/improvements/{id}/steps/train/rerun"), "the cancellation to have ended all", Deadline);

        async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await gateway.Http.GetStringAsync(path, TestContext.Current.CancellationToken));

        async Task<bool> IsAcceptedAsync(string path)
        {
            using var response = await gateway.Http.PostAsync(path, null, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }

        async Task<string?> StatusAsync(string path) => (await GetAsync(path)).GetProperty("status").GetString();
    }

    private static Task<StandaloneProcess> StartAsync(string crashAt) => StandaloneProcess.StartAsync(
        (HostProcess.CrashAt, crashAt),
        ("FineTuning__Leases__Duration", "00:00:02"),
        ("FineTuning__Leases__Heartbeat", "00:00:00.500"),
        ("FineTuning__Leases__Sweep", "00:00:00.500"));
}
