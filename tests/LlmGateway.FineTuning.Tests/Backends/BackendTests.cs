using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>The protocol's other side: a backend that behaves as OpenAI's does, and misbehaves.</summary>
public sealed class BackendTests : IAsyncLifetime
{
    private Neighbours _neighbours = null!;
    private RecordedBackend _backend = null!;
    private FineTuningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _backend = await RecordedBackend.StartAsync();
        _host = await FineTuningHost.StartAsync(
            _neighbours, null, ("FineTuning:Backends:openai:BaseUrl", _backend.BaseUrl), ("FineTuning:Backends:openai:ApiKey", "sk-test"), ("FineTuning:Patience", "00:00:10"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _backend.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task A_job_goes_through_the_backends_statuses_and_has_its_events()
    {
        var id = await CreateAsync();
        var job = await _host.ReachAsync(id, "succeeded");
        Assert.Equal(4711, job.GetProperty("trained_tokens").GetInt64());
        Assert.Equal(3, job.GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32());
        Assert.StartsWith($"ft:gpt-4o-mini:proj_default::", job.GetProperty("fine_tuned_model").GetString(), StringComparison.Ordinal);
        var messages = await _host.MessagesAsync(id);
        Assert.Equal(["Now validating_files", "Now queued", "Now running", "Now running", "Now succeeded"], messages.Where(message => message.StartsWith("Now", StringComparison.Ordinal)));
        var made = Assert.Single(_backend.Jobs);
        Assert.Equal(id, (string?)made["metadata"]!["llmgateway_job"]);
        Assert.Single(_backend.Files);
        Assert.Single((await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_backend_that_refuses_fails_the_job_with_what_it_said()
    {
        _backend.FailNext(401, "Incorrect API key provided.");
        var error = (await _host.ReachAsync(await CreateAsync(), "failed")).GetProperty("error");
        Assert.Equal("backend_refused", error.GetProperty("code").GetString());
        Assert.Contains("Incorrect API key provided. Check FineTuning:Backends:openai:ApiKey.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        await _host.ReachAsync(await CreateAsync(), "succeeded");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_backend_that_cannot_now_is_asked_again(int status)
    {
        for (var i = 0; i < 3; i++)
        {
            _backend.FailNext(status);
        }

        await _host.ReachAsync(await CreateAsync(), "succeeded");
        Assert.Single(_backend.Jobs);
    }

    [Fact]
    public async Task A_training_that_fails_has_the_backends_reason()
    {
        _backend.Statuses = ["running", "failed"];
        var error = (await _host.ReachAsync(await CreateAsync(), "failed")).GetProperty("error");
        Assert.Equal("The backend found fault with the file.", error.GetProperty("message").GetString());
        Assert.Equal("training_file", error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task An_unknown_status_is_told_once_and_does_not_stop_the_job()
    {
        _backend.Statuses = ["running", "pondering", "pondering", "running", "succeeded"];
        var id = await CreateAsync();
        await _host.ReachAsync(id, "succeeded");
        Assert.Single(await _host.MessagesAsync(id), message => message.Contains("'pondering', which is no status", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_the_backend_lost_fails_and_says_so()
    {
        _backend.Statuses = ["running"];
        var id = await CreateAsync();
        await _host.ReachAsync(id, "running");
        _backend.LoseJobs();
        Assert.Equal("backend_lost_job", (await _host.ReachAsync(id, "failed")).GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_job_stays_cancelled_also_when_the_backend_finishes_it(bool finishes)
    {
        _backend.Statuses = ["running"];
        _backend.IgnoresCancel = finishes;
        var id = await CreateAsync();
        await _host.ReachAsync(id, "running");
        var (status, job) = await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null);
        Assert.Equal((200, "cancelled"), (status, job.GetProperty("status").GetString()));
        _backend.Statuses = ["succeeded"];
        await Eventually.TrueAsync(() => _backend.Cancels == 1, "the backend to be told");
        var next = await CreateAsync();
        await _host.ReachAsync(next, "succeeded");
        Assert.Equal("cancelled", (await _host.JobAsync(id)).GetProperty("status").GetString());
        Assert.DoesNotContain(_neighbours.Models.Values, model => (string?)model["job_id"] == id);
        Assert.Equal(400, (await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null)).Status);
    }

    [Fact]
    public async Task A_job_that_the_backend_never_ends_fails_after_its_time()
    {
        _backend.Statuses = ["running"];
        await using var hasty = await FineTuningHost.StartAsync(
            _neighbours, null, ("FineTuning:Backends:openai:BaseUrl", _backend.BaseUrl), ("FineTuning:Patience", "00:00:01"));
        var id = await hasty.CreateAsync(new { model = "gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good) });
        Assert.Equal("too_late", (await hasty.ReachAsync(id, "failed")).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_paused_job_waits_and_a_training_one_cannot_be_paused()
    {
        _backend.Statuses = ["running"];
        _backend.IsDown = true;
        var id = await CreateAsync();
        var (status, job) = await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/pause", null);
        Assert.Equal((200, "queued", "paused"), (status, job.GetProperty("status").GetString(), job.GetProperty("hold").GetString()));
        Assert.Equal(400, (await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/pause", null)).Status);
        Assert.Equal(200, (await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/resume", null)).Status);
        _backend.IsDown = false;
        await _host.ReachAsync(id, "running");
        var (refused, error) = await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/pause", null);
        Assert.Equal((400, "invalid_state"), (refused, error.GetProperty("error").GetProperty("code").GetString()));
    }

    private Task<string> CreateAsync() => _host.CreateAsync(new { model = "openai/gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good) });
}
