using System.Text.Json;
using LlmGateway.FineTuning.Tests.Backends;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Jobs;

/// <summary>Jobs that somebody has to approve before anything is paid for.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private static readonly (string, string?)[] Budget = [("FineTuning:Budgets:*", "0.01")];
    private Neighbours _neighbours = null!;
    private RecordedBackend _backend = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _backend = await RecordedBackend.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task A_job_over_the_budget_waits_and_goes_on_when_it_is_approved()
    {
        _neighbours.TrainingPrice = 25;
        await using var host = await StartAsync(Budget);
        var id = await CreateAsync(host);
        var held = await HeldAsync(host, id);
        Assert.Equal("queued", held.GetProperty("status").GetString());
        Assert.True(held.GetProperty("estimated_cost_usd").GetDecimal() > 0.01m);
        Assert.Contains(await host.MessagesAsync(id), message => message.Contains("budget of 0.01 USD", StringComparison.Ordinal) && message.Contains("/approve", StringComparison.Ordinal));
        Assert.Empty(_backend.Files);

        var (status, _) = await ApproveAsync(host, id);
        Assert.Equal(200, status);
        var job = await host.ReachAsync(id, "succeeded");
        Assert.False(job.TryGetProperty("hold", out _));
        Assert.Single(_backend.Jobs);
    }

    [Fact]
    public async Task A_job_within_the_budget_goes_on_until_the_months_sum_is_over_it()
    {
        _neighbours.TrainingPrice = 4;
        await using var host = await StartAsync(Budget);
        await host.ReachAsync(await CreateAsync(host), "succeeded");
        await HeldAsync(host, await CreateAsync(host));
    }

    [Fact]
    public async Task With_a_budget_a_price_that_nobody_knows_needs_approval_and_without_one_it_does_not()
    {
        await using var limited = await StartAsync(Budget);
        var id = await CreateAsync(limited);
        await HeldAsync(limited, id);
        Assert.Contains(await limited.MessagesAsync(id), message => message.Contains("Datasets:TrainingPrices", StringComparison.Ordinal));
        await using var free = await StartAsync();
        await free.ReachAsync(await CreateAsync(free), "succeeded");
    }

    [Fact]
    public async Task The_local_model_costs_nothing()
    {
        await using var host = await StartAsync(Budget);
        var id = await host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good) });
        var job = await host.ReachAsync(id, "succeeded");
        Assert.Equal(0, job.GetProperty("cost_usd").GetDecimal());
    }

    [Fact]
    public async Task A_request_may_ask_for_approval_which_an_admin_alone_gives()
    {
        await using var host = await StartAsync();
        var id = await CreateAsync(host, requiresApproval: true);
        await HeldAsync(host, id);
        var (status, _) = await host.PostAsync($"/v1/fine_tuning/jobs/{id}/approve", null);
        Assert.Equal(403, status);
        (status, var json) = await host.PostAsync($"/v1/fine_tuning/jobs/{id}/resume", null);
        Assert.Equal((400, "invalid_state"), (status, json.GetProperty("error").GetProperty("code").GetString()));
        (status, _) = await host.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null);
        Assert.Equal(200, status);
        await host.ReachAsync(id, "cancelled");
        (status, _) = await ApproveAsync(host, id);
        Assert.Equal(400, status);
        Assert.Empty(_backend.Jobs);
    }

    private Task<FineTuningHost> StartAsync(params (string, string?)[] settings) =>
        FineTuningHost.StartAsync(_neighbours, null, [("FineTuning:Backends:openai:BaseUrl", _backend.BaseUrl), .. settings]);

    private Task<string> CreateAsync(FineTuningHost host, bool requiresApproval = false) => host.CreateAsync(new
    {
        model = "openai/gpt-4o-mini",
        training_file = _neighbours.AddFile(TrainingText.Good),
        requires_approval = requiresApproval,
    });

    private static async Task<JsonElement> HeldAsync(FineTuningHost host, string id)
    {
        JsonElement job = default;
        await Eventually.TrueAsync(
            async _ => (job = await host.JobAsync(id)).TryGetProperty("hold", out var hold) && hold.GetString() == "approval", "the job to wait for approval");
        return job;
    }

    private async Task<(int Status, JsonElement Json)> ApproveAsync(FineTuningHost host, string id)
    {
        using var client = _neighbours.ClientOf(host.Address, scopes: Scopes.Admin);
        using var response = await client.PostAsync($"/v1/fine_tuning/jobs/{id}/approve", null);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
