using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>Programs that train on this machine: one that obeys the contract, and those that break it.</summary>
public sealed class TrainerTests : IAsyncLifetime
{
    private Neighbours _neighbours = null!;
    private FineTuningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _host = await FineTuningHost.StartAsync(_neighbours, null,
        [
            .. OwnTrainer.Settings("good", ("Environment:MINE", "1"), ("KeptJobs", "2")),
            .. OwnTrainer.Settings("slow"),
            .. OwnTrainer.Settings("deaf", ("Grace", "00:00:01")),
            .. OwnTrainer.Settings("garbage"),
            .. OwnTrainer.Settings("mute"),
            .. OwnTrainer.Settings("big", ("MaxDiskBytes", "5000000")),
            .. OwnTrainer.Settings("failing", ("Environment:TOKEN", "secret-4711")),
            .. OwnTrainer.Settings("killed"),
            ("FineTuning:Backends:absent:Kind", "command"),
            ("FineTuning:Backends:absent:Trainer:Command:0", "no-such-program"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task A_job_has_its_trainers_events_checkpoints_and_model()
    {
        Environment.SetEnvironmentVariable("LLMGATEWAY_TEST_SECRET", "x");
        var id = await CreateAsync("good", validate: true);
        var job = await _host.ReachAsync(id, "succeeded");
        Assert.StartsWith("ft:base:proj_default:", job.GetProperty("fine_tuned_model").GetString(), StringComparison.Ordinal);
        Assert.True(job.GetProperty("trained_tokens").GetInt64() > 0);
        var model = Assert.Single(_neighbours.Models.Values);
        Assert.Equal(("good", "mine-good"), ((string?)model["provider"], (string?)model["model"]));

        var events = (await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100&order=asc")).GetProperty("data").EnumerateArray().ToList();
        var metrics = events.Where(one => one.GetProperty("type").GetString() == "metrics").ToList();
        Assert.Equal([1, 2, 3], metrics.Select(one => one.GetProperty("data").GetProperty("step").GetInt32()));
        Assert.Equal("Step 1: training loss=0.5000, validation loss=0.7500", metrics[0].GetProperty("message").GetString());
        Assert.Equal(
            (.5, .75, 1e-4, 1), (Number("train_loss"), Number("valid_loss"), Number("learning_rate"), Number("epoch")));
        var checkpoint = Assert.Single((await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints")).GetProperty("data").EnumerateArray());
        Assert.Equal(("mine-step-2", 2), (checkpoint.GetProperty("fine_tuned_model_checkpoint").GetString(), checkpoint.GetProperty("step_number").GetInt32()));
        Assert.Equal(.5, checkpoint.GetProperty("metrics").GetProperty("train_loss").GetDouble());

        var variables = events.Single(one => one.GetProperty("message").GetString()!.StartsWith("variables:", StringComparison.Ordinal));
        Assert.Equal("warn", variables.GetProperty("level").GetString());
        var names = variables.GetProperty("message").GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Contains("MINE", names);
        Assert.Empty(names.Except(["HOME", "LANG", "MINE", "OLDPWD", "PATH", "PWD", "SHLVL", "_"]));

        double Number(string name) => metrics[0].GetProperty("data").GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task A_trainer_reads_the_job_from_its_configuration()
    {
        var id = await CreateAsync("slow", validate: true);
        await _host.ReachAsync(id, "running");
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(OwnTrainer.Folder(_host.Data, "slow", id), "config.json"), TestContext.Current.CancellationToken));
        var configuration = json.RootElement;
        Assert.Equal(("base", 7, "mine"), (configuration.GetProperty("model").GetString(), configuration.GetProperty("seed").GetInt32(), configuration.GetProperty("suffix").GetString()));
        Assert.Equal(2, configuration.GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32());
        Assert.Equal("supervised", configuration.GetProperty("method").GetProperty("type").GetString());
        Assert.False(configuration.GetProperty("resume").GetBoolean());
        foreach (var file in new[] { "training_file", "validation_file" })
        {
            Assert.Equal(TrainingText.Good, await File.ReadAllTextAsync(configuration.GetProperty(file).GetString()!, TestContext.Current.CancellationToken));
        }

        OwnTrainer.Release(_host.Data, "slow", id);
        await _host.ReachAsync(id, "succeeded");
    }

    [Fact]
    public async Task Output_that_is_no_event_is_counted_and_does_not_stop_the_job()
    {
        var id = await CreateAsync("garbage");
        await _host.ReachAsync(id, "succeeded");
        var messages = await _host.MessagesAsync(id);
        Assert.Single(messages, message => message.StartsWith("Step ", StringComparison.Ordinal));
        Assert.Contains("9 lines of the trainer's output are no events; they are in its log.", messages);
    }

    [Theory]
    [InlineData("mute", "trainer_no_model", "It must end its output by a line {\"model\": \"name\"}.")]
    [InlineData("failing", "trainer_failed", "exit code 3")]
    [InlineData("killed", "trainer_killed", "Make a new job")]
    [InlineData("big", "trainer_too_large", "raise FineTuning:Backends:big:Trainer:MaxDiskBytes")]
    [InlineData("absent", "trainer_not_found", "Check FineTuning:Backends:absent:Trainer:Command")]
    public async Task A_trainer_that_fails_ends_its_job_with_what_to_do_and_the_next_job_runs(string mode, string code, string advice)
    {
        for (var i = 0; i < 2; i++)
        {
            var id = await CreateAsync(mode);
            var error = (await _host.ReachAsync(id, "failed")).GetProperty("error");
            Assert.Equal(code, error.GetProperty("code").GetString());
            Assert.Contains(advice, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        await _host.ReachAsync(await CreateAsync("good"), "succeeded");
    }

    [Fact]
    public async Task The_last_words_of_a_trainer_are_told_without_its_secrets()
    {
        var message = (await _host.ReachAsync(await CreateAsync("failing"), "failed")).GetProperty("error").GetProperty("message").GetString()!;
        Assert.EndsWith("CUDA out of memory, token ***", message, StringComparison.Ordinal);
        Assert.Contains("stack frame 4\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain("stack frame 3\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped()
    {
        await using var hasty = await FineTuningHost.StartAsync(_neighbours, null, OwnTrainer.Settings("slow", ("MaxDuration", "00:00:00.500")));
        var error = (await hasty.ReachAsync(await CreateAsync("slow", hasty), "failed")).GetProperty("error");
        Assert.Equal("trainer_too_long", error.GetProperty("code").GetString());
        Assert.Contains("raise FineTuning:Backends:slow:Trainer:MaxDuration", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slow", true)]
    [InlineData("deaf", false)]
    public async Task A_cancelled_trainer_saves_and_stops_or_is_killed_and_the_next_job_runs(string mode, bool saves)
    {
        var id = await CreateAsync(mode);
        await WaitForMetricsAsync(mode, id);
        Assert.Equal(200, (await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null)).Status);
        await Eventually.TrueAsync(() => !OwnTrainer.IsAlive(_host.Data, mode, id), "the trainer's end");
        Assert.Equal(saves, File.Exists(Path.Combine(OwnTrainer.Folder(_host.Data, mode, id), "output", "checkpoint")));

        // One that finishes while it is cancelled stays cancelled.
        Assert.Equal("cancelled", (await _host.JobAsync(id)).GetProperty("status").GetString());
        Assert.Empty(_neighbours.Models);
        var next = await CreateAsync(mode);
        await _host.ReachAsync(next, "running");
        OwnTrainer.Release(_host.Data, mode, next);
        await _host.ReachAsync(next, "succeeded");
    }

    [Fact]
    public async Task A_second_job_is_queued_until_the_first_has_ended()
    {
        var first = await CreateAsync("slow");
        await _host.ReachAsync(first, "running");
        var second = await CreateAsync("slow");
        await Eventually.TrueAsync(async _ => (await _host.MessagesAsync(second)).Any(message => message.StartsWith("Training job started", StringComparison.Ordinal)), "the second job to be at the backend");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        Assert.Equal("queued", (await _host.JobAsync(second)).GetProperty("status").GetString());
        Assert.Empty(OwnTrainer.Runs(_host.Data, "slow", second));

        var third = await CreateAsync("slow");
        await Eventually.TrueAsync(async _ => (await _host.MessagesAsync(third)).Any(message => message.StartsWith("Training job started", StringComparison.Ordinal)), "the third job to be at the backend");
        Assert.Equal(200, (await _host.PostAsync($"/v1/fine_tuning/jobs/{second}/cancel", null)).Status);

        // Until the backend has been told, the second one's turn may come.
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(OwnTrainer.Folder(_host.Data, "slow", second), "stop-cancelled")), "the cancellation at the backend");
        OwnTrainer.Release(_host.Data, "slow", first);
        await _host.ReachAsync(first, "succeeded");
        await _host.ReachAsync(third, "running");
        OwnTrainer.Release(_host.Data, "slow", third);
        await _host.ReachAsync(third, "succeeded");
        Assert.Empty(OwnTrainer.Runs(_host.Data, "slow", second));
    }

    [Fact]
    public async Task A_run_that_was_killed_is_resumed_where_that_is_set()
    {
        await using var patient = await FineTuningHost.StartAsync(_neighbours, null, OwnTrainer.Settings("killed", ("Restarts", "1")));
        var id = await CreateAsync("killed", patient);
        await patient.ReachAsync(id, "succeeded");
        Assert.Equal(["false", "true"], OwnTrainer.Runs(patient.Data, "killed", id));
        Assert.Contains("resumed from step 1", await patient.MessagesAsync(id));
    }

    [Fact]
    public async Task A_trainer_with_an_image_is_run_by_the_engine_in_the_jobs_folder()
    {
        await using var contained = await FineTuningHost.StartAsync(
            _neighbours,
            null,
            OwnTrainer.Settings(
                "good",
                ("Image", "trainer:1"), ("Engine", Path.Combine(AppContext.BaseDirectory, "Backends", "engine.sh")),
                ("EngineArguments:0", "--gpus"), ("EngineArguments:1", "all"), ("Environment:HF_TOKEN", "secret-4711")));
        var id = await CreateAsync("good", contained);
        await contained.ReachAsync(id, "succeeded");
        var folder = OwnTrainer.Folder(contained.Data, "good", id);
        Assert.StartsWith(
            $"run --rm --name llmgateway-{id} -v {folder}:/job -w /job -e HF_TOKEN --gpus all trainer:1 /bin/sh ",
            await File.ReadAllTextAsync(Path.Combine(folder, "engine"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        using var configuration = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "config.json"), TestContext.Current.CancellationToken));
        Assert.Equal("/job/data/train.jsonl", configuration.RootElement.GetProperty("training_file").GetString());
    }

    [Fact]
    public async Task Folders_of_old_jobs_are_deleted()
    {
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await CreateAsync("good"));
            await _host.ReachAsync(ids[^1], "succeeded");

            // Longer than a job counts as asked for.
            await Task.Delay(TimeSpan.FromMilliseconds(1300), TestContext.Current.CancellationToken);
        }

        Assert.Equal([false, true, true, true], ids.Select(id => Directory.Exists(OwnTrainer.Folder(_host.Data, "good", id))));
    }

    private Task<string> CreateAsync(string mode, FineTuningHost? host = null, bool validate = false) => (host ?? _host).CreateAsync(new
    {
        model = $"{mode}/base",
        training_file = _neighbours.AddFile(TrainingText.Good),
        validation_file = validate ? _neighbours.AddFile(TrainingText.Good) : null,
        suffix = "mine",
        seed = 7,
        method = new { type = "supervised", supervised = new { hyperparameters = new { n_epochs = 2 } } },
    });

    private Task WaitForMetricsAsync(string mode, string id)
    {
        var output = Path.Combine(OwnTrainer.Folder(_host.Data, mode, id), "stdout.jsonl");
        return Eventually.TrueAsync(() => File.Exists(output) && new FileInfo(output).Length > 0, "the trainer's first words");
    }
}
