using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.FineTuning.Tests.Jobs;

/// <summary>Jobs over HTTP, trained by the real local model.</summary>
public sealed class JobTests : IAsyncLifetime
{
    private Neighbours _neighbours = null!;
    private FineTuningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _host = await FineTuningHost.StartAsync(_neighbours);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    [Fact]
    public async Task A_job_trains_registers_its_model_and_tells_what_happened()
    {
        var id = await _host.CreateAsync(new
        {
            model = "local/chat",
            training_file = _neighbours.AddFile(TrainingText.Good),
            validation_file = _neighbours.AddFile(TrainingText.Lines(12)),
            suffix = "colours",
            metadata = new { team = "paint" },
            hyperparameters = new { n_epochs = 2 },
        });
        var job = await _host.ReachAsync(id, "succeeded");
        var model = job.GetProperty("fine_tuned_model").GetString()!;
        Assert.Equal($"ft:chat:proj_default:colours:{id[^12..]}", model);
        var registered = _neighbours.Models[model];
        Assert.Equal(("local", "local/chat", id), ((string)registered["provider"]!, (string)registered["base_model"]!, (string)registered["job_id"]!));
        Assert.StartsWith("ft:chat:local:colours:", (string)registered["model"]!, StringComparison.Ordinal);
        Assert.Equal(2, job.GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32());
        Assert.True(job.GetProperty("trained_tokens").GetInt64() > 0);

        var messages = await _host.MessagesAsync(id);
        Assert.StartsWith("Created fine-tuning job", messages[0], StringComparison.Ordinal);
        Assert.Contains(messages, message => message.StartsWith("Step 4/4: training loss=", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains(model, StringComparison.Ordinal));
        var checkpoints = await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints");
        Assert.Equal([4, 2], checkpoints.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("step_number").GetInt32()));
    }

    [Fact]
    public async Task A_job_trains_on_a_versions_split_and_validates_on_another()
    {
        _neighbours.AddSplit("ds_1", 3, "train", TrainingText.Good);
        _neighbours.AddSplit("ds_1", 3, "test", TrainingText.Lines(10));
        var id = await _host.CreateAsync(new { model = "local/chat", dataset = new { id = "ds_1", version = 3, validation_split = "test" } });
        await _host.ReachAsync(id, "succeeded");
        Assert.Contains(
            (await _host.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100")).GetProperty("data").EnumerateArray(),
            one => one.GetProperty("type").GetString() == "metrics" && one.GetProperty("data").TryGetProperty("full_valid_loss", out _));
        Assert.Equal(
            [("3", "train", id), ("3", "test", id)],
            _neighbours.Uses.Select(use => ((string?)use["version"], (string?)use["split"], (string?)use["used_by"])));
        Assert.Empty(_neighbours.Released);
    }

    [Fact]
    public async Task A_job_that_made_no_model_lets_go_of_its_version()
    {
        _neighbours.AddSplit("ds_1", 3, "train", "broken");
        var id = await _host.CreateAsync(new { model = "local/chat", dataset = new { id = "ds_1", version = 3 } });
        await _host.ReachAsync(id, "failed");
        await Eventually.TrueAsync(() => !_neighbours.Released.IsEmpty, "the version to be let go of");
        Assert.Equal([id], _neighbours.Released);
    }

    [Fact]
    public async Task Without_a_version_a_job_keeps_to_the_newest_of_its_beginning()
    {
        _neighbours.AddSplit("ds_1", 7, "train", TrainingText.Good);
        var id = await _host.CreateAsync(new { model = "local/chat", dataset = new { id = "ds_1" } });
        _neighbours.AddSplit("ds_1", 8, "train", "broken");
        var job = await _host.ReachAsync(id, "succeeded");
        Assert.Equal("7", job.GetProperty("dataset").GetProperty("version").GetString());
    }

    [Theory]
    [InlineData(7, "no json", "Line 8: ")]
    [InlineData(7, "[]", "Line 8: ")]
    [InlineData(7, """{"prompt": "a"}""", "Line 8: unknown field 'prompt'")]
    [InlineData(7, """{"messages": []}""", "Line 8: 'messages' must be an array with at least one message")]
    [InlineData(7, """{"messages": [{"role": "wizard", "content": "a"}]}""", "Line 8: 'messages[0].role' must be one of")]
    [InlineData(7, """{"messages": [{"role": "user"}]}""", "Line 8: 'messages[0].content' must be text")]
    [InlineData(7, """{"messages": [{"role": "user", "content": "a"}]}""", "Line 8: 'messages' must end with an answer of the assistant")]
    [InlineData(9, "", "The data has 9 examples; at least 10 are needed.")]
    public async Task A_file_that_cannot_be_trained_on_fails_with_the_lines_number(int good, string line, string message)
    {
        var more = line.Length > 0 ? line + "\n" + TrainingText.Lines(10) : "";
        var id = await _host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Lines(good) + more) });
        var error = (await _host.ReachAsync(id, "failed")).GetProperty("error");
        Assert.Equal(("invalid_training_file", "training_file"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_id_is_the_same_job_and_another_request_with_it_is_refused()
    {
        var file = _neighbours.AddFile(TrainingText.Good);
        var first = await _host.CreateAsync(new { id = "nightly-1", model = "local/chat", training_file = file });
        Assert.Equal(first, await _host.CreateAsync(new { training_file = file, model = "local/chat", id = "nightly-1" }));
        var (status, json) = await _host.PostAsync("/v1/fine_tuning/jobs", new { id = "nightly-1", model = "local/chat", training_file = file, suffix = "other" });
        Assert.Equal((409, "id"), (status, json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(first, (await _host.JobAsync("nightly-1")).GetProperty("id").GetString());
        Assert.Single((await _host.GetAsync("/v1/fine_tuning/jobs")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_project_sees_neither_the_jobs_nor_the_files_of_another()
    {
        var file = _neighbours.AddFile(TrainingText.Good);
        var id = await _host.CreateAsync(new { id = "mine", model = "local/chat", training_file = file });
        using var other = _host.For("proj_other");
        foreach (var path in new[] { id, "mine", $"{id}/events", $"{id}/checkpoints" })
        {
            Assert.Equal(404, (int)(await other.GetAsync($"/v1/fine_tuning/jobs/{path}", TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal(404, (await _host.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", null, "proj_other")).Status);
        Assert.Empty((await _host.GetAsync("/v1/fine_tuning/jobs", "proj_other")).GetProperty("data").EnumerateArray());
        var (status, json) = await _host.PostAsync("/v1/fine_tuning/jobs", new { model = "local/chat", training_file = file }, "proj_other");
        Assert.Equal((400, "training_file"), (status, json.GetProperty("error").GetProperty("param").GetString()));
        _neighbours.AddFile(TrainingText.Good, "proj_other");
        Assert.NotEqual(id, await _host.CreateAsync(new { id = "mine", model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good, "proj_other") }, "proj_other"));
    }

    [Fact]
    public async Task Lists_page_from_the_newest_and_filter_by_metadata()
    {
        var file = _neighbours.AddFile(TrainingText.Good);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await _host.CreateAsync(new { model = "local/chat", training_file = file, metadata = i % 2 == 0 ? new { kind = "\"even\"" } : null }));
        }

        var first = await _host.GetAsync("/v1/fine_tuning/jobs?limit=3");
        Assert.Equal(ids[..3], Ids(first));
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[3..], Ids(await _host.GetAsync($"/v1/fine_tuning/jobs?limit=3&after={ids[2]}")));
        Assert.Equal([ids[0], ids[2], ids[4]], Ids(await _host.GetAsync("/v1/fine_tuning/jobs?metadata[kind]=%22even%22")));
        Assert.Equal([ids[1], ids[3]], Ids(await _host.GetAsync("/v1/fine_tuning/jobs?metadata=null")));
    }

    [Fact]
    public async Task Jobs_events_and_checkpoints_are_as_the_contract_has_them()
    {
        Assert.SkipUnless(OpenApiContract.TryLoad(out var contract, out var reason), reason ?? "");
        var id = await _host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good) });
        await AssertContractAsync();
        await _host.ReachAsync(id, "succeeded");
        await AssertContractAsync();

        async Task AssertContractAsync()
        {
            foreach (var path in new[] { "", $"/{id}", $"/{id}/events", $"/{id}/checkpoints" })
            {
                var template = "/fine_tuning/jobs" + path.Replace(id, "{fine_tuning_job_id}", StringComparison.Ordinal);
                Assert.Empty(contract.Errors("GET", template, 200, (await _host.GetAsync($"/v1/fine_tuning/jobs{path}")).GetRawText()));
            }
        }
    }

    [Fact]
    public async Task While_datasets_is_away_a_request_is_told_so_and_a_job_waits()
    {
        var file = _neighbours.AddFile(TrainingText.Good);
        _neighbours.IsAway = true;
        Assert.Equal(503, (await _host.PostAsync("/v1/fine_tuning/jobs", new { model = "local/chat", training_file = file })).Status);
        _neighbours.IsAway = false;
        await _host.ReachAsync(await _host.CreateAsync(new { model = "local/chat", training_file = file }), "succeeded");
    }

    [Theory]
    [InlineData("""{"training_file": "FILE"}""", "model")]
    [InlineData("""{"model": "local/chat"}""", "training_file")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "dataset": {"id": "ds_1"}}""", "training_file")]
    [InlineData("""{"model": "local/chat", "training_file": "file-none"}""", "training_file")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "validation_file": "file-none"}""", "validation_file")]
    [InlineData("""{"model": "local/chat", "dataset": {"id": "ds_none"}}""", "dataset")]
    [InlineData("""{"model": "local/chat", "dataset": {}}""", "dataset.id")]
    [InlineData("""{"model": "local/chat", "dataset": {"id": "ds_1", "spilt": "a"}}""", "dataset.spilt")]
    [InlineData("""{"model": "mystery", "training_file": "FILE"}""", "model")]
    [InlineData("""{"model": "ft:chat:x::y", "training_file": "FILE"}""", "model")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "epochs": 3}""", "epochs")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "seed": "x"}""", "seed")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "seed": -1}""", "seed")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "suffix": "a b"}""", "suffix")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "method": {"type": "magic"}}""", "method.type")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "hyperparameters": {"n_epochs": 0}}""", "hyperparameters.n_epochs")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "method": {"type": "supervised", "supervised": {"hyperparameters": {"batch_size": 999}}}}""", "method.supervised.hyperparameters.batch_size")]
    [InlineData("""{"model": "local/chat", "training_file": "FILE", "project": "proj_x"}""", "project")]
    [InlineData("""{"model": "local/chat", "model": "local/chat", "training_file": "FILE"}""", "model")]
    [InlineData("""[]""", null)]
    public async Task A_wrong_request_is_refused_naming_the_field(string body, string? param)
    {
        var file = _neighbours.AddFile(TrainingText.Good);
        using var client = _host.For();
        using var content = new StringContent(body.Replace("FILE", file, StringComparison.Ordinal), null, "application/json");
        using var response = await client.PostAsync("/v1/fine_tuning/jobs", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == 400, text);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(param, json.RootElement.GetProperty("error").GetProperty("param").GetString());
    }

    private static List<string> Ids(JsonElement list) => [.. list.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
}
