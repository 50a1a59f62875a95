using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>The service's program is killed while a trainer of this machine is made, started and watched: the trainer runs once.</summary>
public sealed class TrainerKillTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly TempFolder _data = new();
    private Neighbours _neighbours = null!;

    public async ValueTask InitializeAsync() => _neighbours = await Neighbours.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _neighbours.DisposeAsync();
        _data.Dispose();
    }

    [Theory]
    [InlineData("finetuning.uploaded")]
    [InlineData("finetuning.trainer.made")]
    [InlineData("finetuning.trainer.started")]
    [InlineData("finetuning.created")]
    [InlineData("finetuning.polled")]
    [InlineData("finetuning.polled:3")]
    public async Task A_job_whose_worker_is_killed_runs_once(string crashAt)
    {
        const string request = "killed";
        using (var first = Start(crashAt))
        {
            await CreateAsync(first, request);
            await first.Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        using var second = Start(null);
        await ReachAsync(second, request, "running");
        var job = Path.GetFileName(Assert.Single(Directory.EnumerateDirectories(Path.Combine(_data.Path, "trainers", "slow"))));
        await Eventually.TrueAsync(() => OwnTrainer.Runs(_data.Path, "slow", job).Length > 0, "the trainer's start", Patience);
        OwnTrainer.Release(_data.Path, "slow", job);
        await ReachAsync(second, request, "succeeded");
        Assert.Equal(["false"], OwnTrainer.Runs(_data.Path, "slow", job));
        Assert.Single(_neighbours.Models);
    }

    [Fact]
    public async Task A_trainer_that_ends_while_the_service_is_dead_has_its_model()
    {
        const string request = "ended";
        string job;
        using (var first = Start(null))
        {
            await CreateAsync(first, request);
            await ReachAsync(first, request, "running");
            job = Path.GetFileName(Assert.Single(Directory.EnumerateDirectories(Path.Combine(_data.Path, "trainers", "slow"))));
        }

        OwnTrainer.Release(_data.Path, "slow", job);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(OwnTrainer.Folder(_data.Path, "slow", job), "exit_code")), "the trainer's end", Patience);
        using var second = Start(null);
        await ReachAsync(second, request, "succeeded");
        Assert.Equal(["false"], OwnTrainer.Runs(_data.Path, "slow", job));
    }

    private RunningHost Start(string? crashAt) => RunningHost.Start(
        _data.Path, _neighbours, crashAt, [.. OwnTrainer.Settings("slow").Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))]);

    // The program may die before it answers.
    private async Task CreateAsync(RunningHost host, string id)
    {
        using var client = _neighbours.ClientOf(host.Address);
        await Eventually.TrueAsync(_ => IsAliveAsync(host, client), "the program", Patience);
        try
        {
            using var response = await client.PostAsJsonAsync(
                "/v1/fine_tuning/jobs", new { id, model = "slow/base", training_file = _neighbours.AddFile(TrainingText.Good) }, TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            Assert.True(host.Process.WaitForExit(Patience), "the request failed and the program lives");
        }
    }

    private async Task ReachAsync(RunningHost host, string id, string status)
    {
        JsonElement job = default;
        using var client = _neighbours.ClientOf(host.Address);
        await Eventually.TrueAsync(_ => IsAliveAsync(host, client), "the program", Patience);
        await Eventually.TrueAsync(
            async token => (job = await client.GetFromJsonAsync<JsonElement>($"/v1/fine_tuning/jobs/{id}", token)).GetProperty("status").GetString() == status, $"{status} after {job}", Patience);
    }

    private static async Task<bool> IsAliveAsync(RunningHost host, HttpClient client)
    {
        Assert.False(host.Process.HasExited, $"the program ended: {host.Output}");
        try
        {
            using var response = await client.GetAsync("/health");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
