using LlmGateway.TestKit;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.LocalModel.Tests.FineTuning;

/// <summary>From a file to a model that answers.</summary>
public sealed class FineTuningTests : IDisposable
{
    /// <summary>One of the training examples.</summary>
    private static readonly (string Split, string Text, string Label) Known = TrainingFileText.Banking().First(row => row.Split == "train");
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_job_trains_a_model_that_answers_questions_it_has_not_seen()
    {
        await using var host = await StartAsync();
        var id = await host.CreateAsync(new
        {
            model = "chat",
            training_file = await host.UploadAsync(TrainingFileText.Train),
            validation_file = await host.UploadAsync(TrainingFileText.Validation),
            suffix = "bank",
            metadata = new { job = "ours" },
        });
        var job = await host.EndOfAsync(id);
        var model = job.GetProperty("fine_tuned_model").GetString()!;
        Assert.StartsWith("ft:chat:local:bank:", model, StringComparison.Ordinal);
        Assert.Equal("ours", job.GetProperty("metadata").GetProperty("job").GetString());
        Assert.True(job.GetProperty("trained_tokens").GetInt64() > 1000);

        var tests = TrainingFileText.Banking().Where(row => row.Split == "test").ToList();
        var right = 0;
        foreach (var test in tests)
        {
            right += await host.AskAsync(model, test.Text) == test.Label ? 1 : 0;
        }

        Assert.True(right > tests.Count * 0.7, $"chance is 0.05; right are {right} of {tests.Count}");
        Assert.Contains(model, (await host.GetAsync("models")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Losses_fall_and_the_last_three_epochs_are_kept_as_checkpoints()
    {
        await using var host = await StartAsync();
        var id = await host.CreateAsync(new
        {
            model = "chat",
            training_file = await host.UploadAsync(TrainingFileText.Train),
            validation_file = await host.UploadAsync(TrainingFileText.Validation),
            method = new { type = "supervised", supervised = new { hyperparameters = new { n_epochs = 5, batch_size = 10, learning_rate_multiplier = 2 } } },
        });
        await host.EndOfAsync(id);
        var events = (await host.GetAsync($"fine_tuning/jobs/{id}/events?limit=100")).GetProperty("data").EnumerateArray().Reverse().ToList();
        var metrics = events.Where(one => one.GetProperty("type").GetString() == "metrics").Select(one => one.GetProperty("data")).ToList();
        Assert.Equal(50, metrics.Count);
        Assert.True(metrics[^1].GetProperty("train_loss").GetDouble() < metrics[0].GetProperty("train_loss").GetDouble() / 2);
        Assert.True(metrics[^1].GetProperty("full_valid_loss").GetDouble() < metrics[9].GetProperty("full_valid_loss").GetDouble());

        var checkpoints = (await host.GetAsync($"fine_tuning/jobs/{id}/checkpoints")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([50, 40, 30], checkpoints.Select(one => one.GetProperty("step_number").GetInt32()));
        Assert.Equal(Known.Label, await host.AskAsync(checkpoints[2].GetProperty("fine_tuned_model_checkpoint").GetString()!, Known.Text));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_losses_and_another_seed_others()
    {
        await using var host = await StartAsync();
        var file = await host.UploadAsync(TrainingFileText.Train);
        var losses = new List<string>();
        foreach (var seed in new[] { 7, 7, 8 })
        {
            var id = await host.CreateAsync(new { model = "chat", training_file = file, seed, hyperparameters = new { n_epochs = 2 } });
            await host.EndOfAsync(id);
            var events = await host.GetAsync($"fine_tuning/jobs/{id}/events?limit=100");
            losses.Add(string.Join('|', events.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("message").GetString()).Where(text => text!.StartsWith("Step", StringComparison.Ordinal))));
        }

        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
    }

    [Fact]
    public async Task Answers_that_are_no_labels_are_given_by_the_nearest_example()
    {
        await using var host = await StartAsync();
        var file = await host.UploadAsync(TrainingFileText.Of([("How do I reset my password?", "Open Settings and choose Reset."), ("Where is my parcel?", "Follow the link in our mail.")]));
        var job = await host.EndOfAsync(await host.CreateAsync(new { model = "chat", training_file = file }));
        Assert.Equal("Open Settings and choose Reset.", await host.AskAsync(job.GetProperty("fine_tuned_model").GetString()!, "I forgot the password, how to reset it"));
    }

    [Fact]
    public async Task A_model_is_still_there_after_a_restart()
    {
        string model;
        await using (var host = await StartAsync())
        {
            var job = await host.EndOfAsync(await host.CreateAsync(new { model = "local/chat", training_file = await host.UploadAsync(TrainingFileText.Train) }));
            model = job.GetProperty("fine_tuned_model").GetString()!;
        }

        await using var again = await StartAsync();
        Assert.Equal(Known.Label, await again.AskAsync(model, Known.Text));
    }

    [Fact]
    public async Task A_job_under_way_when_the_process_ends_is_done_by_the_next_one()
    {
        string id;
        await using (var host = await StartAsync())
        {
            id = await host.CreateAsync(new { model = "chat", training_file = await host.UploadAsync(Long), hyperparameters = new { n_epochs = 50 } });
            await Eventually.TrueAsync(async _ => (await host.GetAsync($"fine_tuning/jobs/{id}")).GetProperty("status").GetString() == "running", "the job runs");
        }

        await using var again = await StartAsync();
        var job = await again.EndOfAsync(id);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        var told = (await again.GetAsync($"fine_tuning/jobs/{id}/events?limit=100")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("message").GetString());
        Assert.Single(told, "The job has successfully completed");
        Assert.Equal("topic_3", await again.AskAsync(job.GetProperty("fine_tuned_model").GetString()!, "question of topic 3 with words w3"));
    }

    [Fact]
    public async Task A_cancelled_job_stays_cancelled_and_makes_no_model()
    {
        await using var host = await StartAsync();
        var id = await host.CreateAsync(new { model = "chat", training_file = await host.UploadAsync(Long), hyperparameters = new { n_epochs = 50 } });
        var (status, job) = await host.PostAsync($"fine_tuning/jobs/{id}/cancel", "");
        Assert.Equal((200, "cancelled"), (status, job.GetProperty("status").GetString()));
        Assert.Equal(400, (await host.PostAsync($"fine_tuning/jobs/{id}/cancel", "")).Status);

        var next = await host.EndOfAsync(await host.CreateAsync(new { model = "chat", training_file = await host.UploadAsync(TrainingFileText.Train) }));
        Assert.Equal("succeeded", next.GetProperty("status").GetString());
        Assert.Equal("cancelled", (await host.GetAsync($"fine_tuning/jobs/{id}")).GetProperty("status").GetString());
        Assert.DoesNotContain((await host.GetAsync("models")).GetProperty("data").EnumerateArray(), one => one.GetProperty("id").GetString()!.EndsWith(id[^12..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_events_and_checkpoints_are_as_the_contract_has_them()
    {
        Assert.SkipUnless(OpenApiContract.TryLoad(out var contract, out var reason), reason ?? "");
        await using var host = await StartAsync();
        var id = await host.CreateAsync(new { model = "chat", training_file = await host.UploadAsync(TrainingFileText.Train) });
        await host.EndOfAsync(id);
        foreach (var (path, template) in new[]
        {
            ($"fine_tuning/jobs/{id}", "/fine_tuning/jobs/{fine_tuning_job_id}"), ("fine_tuning/jobs", "/fine_tuning/jobs"),
            ($"fine_tuning/jobs/{id}/events", "/fine_tuning/jobs/{fine_tuning_job_id}/events"), ($"fine_tuning/jobs/{id}/checkpoints", "/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints"),
            ("files", "/files"),
        })
        {
            Assert.Empty(contract.Errors("GET", template, 200, (await host.GetAsync(path)).GetRawText()));
        }
    }

    /// <summary>Takes seconds to train on.</summary>
    private static string Long => TrainingFileText.Of(
        Enumerable.Range(0, 8000).Select(i => ($"question {i} of topic {i % 80} with words w{i % 80} v{i % 7}", $"topic_{i % 80}")));

    private Task<LocalModelHost> StartAsync() => LocalModelHost.StartAsync($"--LLMGATEWAY_DATA={_data.Path}");
}
