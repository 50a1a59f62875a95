using System.Net;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>Batches kept in a file.</summary>
public sealed class SqliteBatchTests : BatchTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Batches kept in a server.</summary>
public sealed class PostgresBatchTests : BatchTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>Runs of many batches, and what is done again.</summary>
public abstract class BatchTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;
    private string? _store;

    protected abstract Task<string?> StoreAsync();

    public async ValueTask InitializeAsync()
    {
        _store = await StoreAsync();
        _services = await OtherServices.StartAsync();
        _host = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Processes_share_a_runs_batches_and_each_item_is_asked_and_counted_once()
    {
        await using var other = await StartAsync();
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(57))));
        Assert.Equal("""{"total":57,"errored":0,"failed":0,"passed":57,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        Assert.Equal(57, run.GetProperty("per_testing_criteria_results")[0].GetProperty("passed").GetInt32());
        Assert.Equal(57, run.GetProperty("per_model_usage")[0].GetProperty("invocation_count").GetInt32());
        Assert.Equal(57, _services.Requests.Count);
    }

    [Fact]
    public async Task A_short_run_does_not_wait_for_the_end_of_a_long_one()
    {
        using var hold = new SemaphoreSlim(0);
        _services.Model = request =>
        {
            if (request.Text("model") == "slow")
            {
                hold.Wait(TimeSpan.FromSeconds(30));
            }

            return (200, "yes");
        };
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var slow = await _host.StartRunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(200)), "slow"));
        await Eventually.TrueAsync(() => !_services.Requests.IsEmpty, "the slow model is asked");
        var quick = await _host.StartRunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(3)), "quick"));
        await Eventually.TrueAsync(async _ => (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs/{quick}")).Text("status") == "in_progress", "the short run has its batch");
        // The batches in work end, and the short run's is next although many of the long one's wait.
        hold.Release(20);
        await _host.EndedAsync(eval, quick);
        Assert.Equal("in_progress", (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs/{slow}")).Text("status"));
        hold.Release(200);
        Assert.Equal("completed", (await _host.EndedAsync(eval, slow)).Text("status"));
    }

    [Fact]
    public async Task A_dead_model_fails_a_run_of_small_batches()
    {
        _services.Model = _ => (404, "No such model.");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(200))));
        Assert.Equal(("failed", "sampling_failed"), (run.Text("status"), run.GetProperty("error").Text("code")));
        Assert.InRange(_services.Requests.Count, 20, 100);
    }

    [Fact]
    public async Task A_retry_does_the_errored_items_again_and_no_other()
    {
        var isDown = true;
        _services.Model = request => isDown && OtherServices.LastMessage(request).EndsWith('7') ? (400, "Not now.") : (200, "yes");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(20))));
        Assert.Equal("""{"total":20,"errored":2,"failed":0,"passed":18,"abstained":0}""", run.GetProperty("result_counts").GetRawText());

        isDown = false;
        var path = $"/v1/evals/{eval}/runs/{run.Text("id")}/retry";
        var retry = await _host.Http.PostJsonAsync(path, new { });
        Assert.Equal(("in_progress", 2, 0), (retry.Text("status"), retry.GetProperty("errored").GetInt32(), retry.GetProperty("missing").GetInt32()));
        run = await _host.EndedAsync(eval, run.Text("id"));
        Assert.Equal("""{"total":20,"errored":0,"failed":0,"passed":20,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        Assert.Equal(22, _services.Requests.Count);
        Assert.Equal(20, run.GetProperty("per_model_usage")[0].GetProperty("invocation_count").GetInt32());

        var again = await _host.Http.PostAsync(path, null).RefusedAsync();
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("neither missing nor errored", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_run_is_finished_by_a_retry()
    {
        _services.Model = _ => (404, "No such model.");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(60))))).Text("id");
        _services.Model = _ => (200, "yes");
        var retry = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/runs/{run}/retry", new { });
        Assert.Equal(60, retry.GetProperty("errored").GetInt32() + retry.GetProperty("missing").GetInt32());
        var ended = await _host.EndedAsync(eval, run);
        Assert.Equal(("completed", JsonValueKind.Null), (ended.Text("status"), ended.GetProperty("error").ValueKind));
        Assert.Equal("""{"total":60,"errored":0,"failed":0,"passed":60,"abstained":0}""", ended.GetProperty("result_counts").GetRawText());
    }

    [Fact]
    public async Task A_run_whose_data_was_bad_is_loaded_by_a_retry()
    {
        _services.Files["file-1"] = "not json";
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = (await _host.RunAsync(eval, Criteria.Completions(new { type = "file_id", id = "file-1" }))).Text("id");
        _services.Files["file-1"] = """{"item": {"question": "one"}}""";
        var retry = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/runs/{run}/retry", new { });
        Assert.Equal(("queued", JsonValueKind.Null), (retry.Text("status"), retry.GetProperty("missing").ValueKind));
        Assert.Equal("completed", (await _host.EndedAsync(eval, run)).Text("status"));
    }

    [Fact]
    public async Task An_eval_is_deleted_while_its_runs_are_worked()
    {
        _services.Model = _ => (200, "yes");
        foreach (var _ in Enumerable.Range(0, 8))
        {
            var before = _services.Requests.Count;
            var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
            await _host.StartRunAsync(eval, Criteria.Completions(Criteria.Inline(Questions(200))));
            await Eventually.TrueAsync(() => _services.Requests.Count > before + 20, "batches are written");
            using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{eval}");
            Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync());
        }
    }

    private static object[] Questions(int count) => [.. Enumerable.Range(0, count).Select(number => (object)new { question = $"{number}" })];

    private Task<EvaluationHost> StartAsync() => EvaluationHost.StartAsync(_services, _folder.Path, _store, ("Evaluation:BatchSize", "5"), ("Evaluation:Concurrency", "4"));
}
