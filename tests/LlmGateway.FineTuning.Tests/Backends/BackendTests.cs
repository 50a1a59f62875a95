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
    public async Task A_backend_that_says_when_to_come_again_is_left_alone_until_then()
    {
        _backend.FailNext(429, "Rate limit reached.", retryAfter: "1");
        await _host.ReachAsync(await CreateAsync(), "succeeded");
        var requests = _backend.Requests.ToList();
        Assert.True(TimeProvider.System.GetElapsedTime(requests[0].At, requests[1].At) >= TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task A_refusal_is_not_asked_again(int status)
    {
        _backend.FailNext(status, "No.");
        var error = (await _host.ReachAsync(await CreateAsync(), "failed")).GetProperty("error");
        Assert.Equal("backend_refused", error.GetProperty("code").GetString());
        Assert.Contains("refused: No.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(_backend.Requests);
    }

    [Fact]
    public async Task A_backend_that_answers_nothing_or_nonsense_is_asked_again()
    {
        await using var hasty = await FineTuningHost.StartAsync(
            _neighbours, null, ("FineTuning:Backends:openai:BaseUrl", _backend.BaseUrl), ("FineTuning:Backends:openai:Timeout", "00:00:00.500"));
        _backend.HangNext();
        _backend.BabbleNext();
        await hasty.ReachAsync(await hasty.CreateAsync(new { model = "gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good) }), "succeeded");
        Assert.Single(_backend.Jobs);
    }

    [Theory]
    [InlineData("/files")]
    [InlineData("/fine_tuning/jobs")]
    public async Task What_was_made_while_its_answer_was_lost_is_not_made_again(string path)
    {
        _backend.LoseNextAnswer(path);
        await _host.ReachAsync(await CreateAsync(), "succeeded");
        Assert.Single(_backend.Files);
        Assert.Single(_backend.Jobs);
    }

    [Fact]
    public async Task A_key_is_sent_as_a_bearer_token()
    {
        await _host.ReachAsync(await CreateAsync(), "succeeded");
        Assert.All(_backend.Requests, request => Assert.Equal("Bearer sk-test", request.Authorization));
        Assert.All(_backend.Requests, request => Assert.DoesNotContain("api-version", request.Query, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/fine_tuning/jobs")]
    public async Task Azure_has_its_own_header_version_and_form(string? lostAnswer)
    {
        (_backend.IsAzure, _backend.Statuses) = (true, ["pending", "running", "succeeded"]);
        await using var azure = await FineTuningHost.StartAsync(
            _neighbours, null, ("FineTuning:Backends:azure:BaseUrl", _backend.AzureUrl), ("FineTuning:Backends:azure:ApiKey", "azure-key"), ("FineTuning:Backends:azure:ApiVersion", "2024-10-21"));
        if (lostAnswer is not null)
        {
            _backend.LoseNextAnswer(lostAnswer);
        }

        var id = await azure.CreateAsync(new
        {
            model = "azure/gpt-4o-mini",
            training_file = _neighbours.AddFile(TrainingText.Good),
            method = new { type = "supervised", supervised = new { hyperparameters = new { n_epochs = 2, batch_size = "auto" } } },
        });
        await azure.ReachAsync(id, "succeeded");
        Assert.Single(_backend.Jobs);
        Assert.All(_backend.Requests, request => Assert.Equal(("azure-key", ""), (request.ApiKey, request.Authorization)));
        Assert.All(_backend.Requests, request => Assert.Contains("api-version=2024-10-21", request.Query, StringComparison.Ordinal));
        Assert.DoesNotContain(await azure.MessagesAsync(id), message => message.Contains("no status", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Azures_newer_paths_are_as_OpenAIs()
    {
        await using var azure = await FineTuningHost.StartAsync(
            _neighbours, null, ("FineTuning:Backends:azure:BaseUrl", $"{_backend.AzureUrl}/v1/"), ("FineTuning:Backends:azure:ApiKey", "azure-key"));
        await azure.ReachAsync(await azure.CreateAsync(new { model = "azure/gpt-4o-mini", training_file = _neighbours.AddFile(TrainingText.Good) }), "succeeded");
        Assert.All(_backend.Requests, request => Assert.StartsWith("/openai/v1/f", request.Path, StringComparison.Ordinal));
        Assert.All(_backend.Requests, request => Assert.Equal("Bearer azure-key", request.Authorization));
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
