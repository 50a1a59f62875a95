using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Improvements;

/// <summary>What an improvement has under way does not outlive its cancellation.</summary>
public sealed class CancellationTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Neighbours _neighbours = null!;
    private FineTuningHost _host = null!;
    private HttpClient _admin = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        AddSelection();

        // A worker that does not hear that its lease is lost: it makes the job to its end.
        _host = await FineTuningHost.StartAsync(_neighbours, null, ("FineTuning:Leases:Heartbeat", "00:01:00"), ("FineTuning:Leases:Duration", "00:03:00"));
        _admin = _neighbours.ClientOf(_host.Address, scopes: Scopes.Data | Scopes.Admin);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task A_job_that_is_being_made_when_the_improvement_is_cancelled_is_cancelled_too()
    {
        _neighbours.BeforeUse = _made.Task;
        var path = $"/v1/improvements/{await CreateAsync()}";
        await Eventually.TrueAsync(() => !_neighbours.Uses.IsEmpty, "the job to be under way", Patience, Cancel);
        Assert.Equal("cancelled", await StatusAsync(await _admin.PostAsync($"{path}/cancel", null, Cancel)));
        Assert.Empty(await JobsAsync());

        _made.SetResult();

        await Eventually.TrueAsync(async _ => await JobsAsync() is ["cancelled"], "the job to be cancelled", Patience, Cancel);
        Assert.Equal("cancelled", await StatusAsync(await _admin.GetAsync(path, Cancel)));
    }

    [Fact]
    public async Task A_cancelled_improvement_is_refused_twice_and_begins_again_by_a_step()
    {
        var path = $"/v1/improvements/{await CreateAsync()}";
        await Eventually.TrueAsync(async _ => await StatusAsync(await _admin.GetAsync(path, Cancel)) == "waiting_for_approval", "the training to wait", Patience, Cancel);
        Assert.Equal("cancelled", await StatusAsync(await _admin.PostAsync($"{path}/cancel", null, Cancel)));
        foreach (var refused in new[] { "cancel", "approve" })
        {
            using var response = await _admin.PostAsync($"{path}/{refused}", null, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        await Eventually.TrueAsync(async _ => await IsAcceptedAsync($"{path}/steps/train/rerun"), "what it made to be ended", Patience, Cancel);
        await Eventually.TrueAsync(async _ => await StatusAsync(await _admin.GetAsync(path, Cancel)) == "waiting_for_approval", "the training to wait again", Patience, Cancel);
        Assert.Equal(["queued", "cancelled"], await JobsAsync());
    }

    private void AddSelection()
    {
        foreach (var split in new[] { "train", "validation", "test" })
        {
            _neighbours.AddSplit("dataset_1", 1, split, TrainingText.Good);
            _neighbours.AddAnswer($"datasets/dataset_1/versions/1/export?format=openai&split={split}&allow_leakage=true", TrainingText.Good);
        }

        _neighbours.AddAnswer("feedback/metrics", """{"data": [{"name": "solved", "type": "boolean"}]}""");
        _neighbours.AddAnswer("datasets?order=desc&limit=100", """{"data": []}""");
        _neighbours.AddAnswer("datasets", """{"id": "dataset_1"}""");
        _neighbours.AddAnswer(
            "datasets/dataset_1/from_inferences",
            """{"id": "version_1", "version": 1, "selected": 100, "item_count": 100, "splits": {"train": 80, "validation": 10, "test": 10}, "dropped": {}}""");
    }

    private async Task<string> CreateAsync()
    {
        var improvement = new JsonObject { ["route"] = "support", ["base_model"] = "local/chat", ["goal"] = new JsonObject { ["metric"] = "solved" } };
        using var response = await _admin.PostAsJsonAsync("/v1/improvements", improvement, Cancel);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    private async Task<bool> IsAcceptedAsync(string path)
    {
        using var response = await _admin.PostAsync(path, null, Cancel);
        return response.IsSuccessStatusCode;
    }

    private async Task<string[]> JobsAsync() =>
        [.. (await _host.GetAsync("/v1/fine_tuning/jobs")).GetProperty("data").EnumerateArray().Select(job => job.GetProperty("status").GetString()!)];

    private static async Task<string?> StatusAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("status").GetString();
        }
    }
}
