using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.FineTuning.Tests.Backends;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Jobs;

/// <summary>The service's own program is killed at each step; a second one ends the job, and the backend has trained once.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly TempFolder _data = new();
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
        _data.Dispose();
    }

    [Theory]
    [InlineData("finetuning.validated")]
    [InlineData("finetuning.uploaded")]
    [InlineData("finetuning.created")]
    [InlineData("finetuning.polled")]
    [InlineData("finetuning.polled:3")]
    [InlineData("finetuning.trained")]
    [InlineData("finetuning.recorded")]
    [InlineData("finetuning.registered")]
    [InlineData("finetuning.announced")]
    [InlineData("finetuning.evaluated")]
    public async Task A_job_whose_worker_is_killed_is_trained_once(string crashAt)
    {
        const string id = "killed";
        using (var first = Start(crashAt))
        {
            await CreateAsync(first, id);
            await first.Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        using var second = Start(null);
        var job = await EndAsync(second, id);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Single(_backend.Jobs);
        Assert.Single(_backend.Files);
        Assert.Single(_neighbours.Models);
        var events = await GetAsync(second, $"/v1/fine_tuning/jobs/{id}/events?limit=100");
        var messages = events.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("message").GetString()).ToList();
        Assert.Single(messages, message => message!.StartsWith("The job has successfully completed", StringComparison.Ordinal));
        Assert.Single(messages, message => message!.StartsWith("Created fine-tuning job:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_cancelled_while_its_worker_was_dead_is_cancelled_at_the_backend_too()
    {
        _backend.Statuses = ["running"];
        const string id = "killed";
        using (var first = Start("finetuning.created"))
        {
            await CreateAsync(first, id);
            await first.Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        using var second = Start(null);
        await Eventually.TrueAsync(async _ => await IsAliveAsync(second), "the second program", Patience);
        using var client = _neighbours.ClientOf(second.Address);
        using var response = await client.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        await Eventually.TrueAsync(() => _backend.Cancels == 1, "the backend to be told", Patience);
        Assert.Single(_backend.Jobs);
    }

    // The program may die before it answers.
    private async Task CreateAsync(RunningHost host, string id)
    {
        await Eventually.TrueAsync(async _ => await IsAliveAsync(host), "the program", Patience);
        using var client = _neighbours.ClientOf(host.Address);
        try
        {
            using var response = await client.PostAsJsonAsync(
                "/v1/fine_tuning/jobs", new { id, model = "openai/gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good) }, TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            Assert.True(host.Process.WaitForExit(Patience), "the request failed and the program lives");
        }
    }

    private async Task<JsonElement> EndAsync(RunningHost host, string id)
    {
        JsonElement job = default;
        await Eventually.TrueAsync(async _ => await IsAliveAsync(host), "the second program", Patience);
        await Eventually.TrueAsync(
            async _ => (job = await GetAsync(host, $"/v1/fine_tuning/jobs/{id}")).GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled", "the job's end", Patience);
        return job;
    }

    private async Task<JsonElement> GetAsync(RunningHost host, string path)
    {
        try
        {
            using var client = _neighbours.ClientOf(host.Address);
            return await client.GetFromJsonAsync<JsonElement>(path);
        }
        catch (HttpRequestException exception)
        {
            throw new InvalidOperationException($"{path}: the program has {(host.Process.HasExited ? "ended" : "not ended")} and said: {host.Output}", exception);
        }
    }

    private async Task<bool> IsAliveAsync(RunningHost host)
    {
        Assert.False(host.Process.HasExited, "the program ended");
        try
        {
            using var client = _neighbours.ClientOf(host.Address);
            using var response = await client.GetAsync("/health");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private RunningHost Start(string? crashAt) => RunningHost.Start(_data.Path, _neighbours, crashAt, ("FineTuning__Backends__openai__BaseUrl", _backend.BaseUrl));
}
