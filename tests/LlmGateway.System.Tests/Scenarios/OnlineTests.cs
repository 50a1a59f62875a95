using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>From traffic to judgements: a rule grades it, people judge what failed, and both are said of the calls.</summary>
public abstract class OnlineTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Traffic_is_graded_by_a_rule_and_its_failures_are_judged_by_people_and_saved()
    {
        var eval = await IdAsync("/v1/evals", """
            {"data_source_config": {"type": "logs"},
             "testing_criteria": [{"type": "string_check", "name": "never", "input": "{{ sample.output_text }}", "reference": "no model says this", "operation": "eq"}]}
            """);
        var rule = await IdAsync($"/v1/evals/{eval}/online_rules", """{"name": "live", "filter": {"metadata": {"suite": "online"}}, "delay_seconds": 0}""");
        var calls = await AskAsync("Where is my card?", "I want my money back");

        foreach (var call in calls)
        {
            var said = await FeedbackAsync(call, "live.never");
            Assert.Equal((0, rule), (said.GetProperty("value").GetDouble(), said.GetProperty("tags").GetProperty("online_rule_id").GetString()));
        }

        var run = (await GetAsync($"/v1/evals/{eval}/runs")).GetProperty("data")[0].GetProperty("id").GetString()!;
        await JudgeAsync(eval, run, calls);
        await SaveAsync(eval, run);
    }

    private async Task JudgeAsync(string eval, string run, IReadOnlyList<string> calls)
    {
        var queue = $"/v1/annotation_queues/{await IdAsync("/v1/annotation_queues", """{"name": "failures", "return_type": {"type": "boolean"}, "reviewers_per_item": 2, "metric": "online-suite-good"}""")}";
        for (var time = 0; time < 2; time++)
        {
            foreach (var one in await RunsAsync(eval))
            {
                await PostAsync(Http, $"{queue}/items", $$$"""{"source": {"type": "eval_run", "eval_id": "{{{eval}}}", "run_id": "{{{one}}}"}}""");
            }
        }

        using (var unknown = await Http.PostAsync($"{queue}/items", Json($$$"""{"source": {"type": "eval_run", "eval_id": "{{{eval}}}", "run_id": "evalrun_none"}}"""), Cancel))
        {
            Assert.Equal(404, (int)unknown.StatusCode);
        }

        foreach (var reviewer in new[] { "ada", "bob", "ada", "bob" })
        {
            var item = (await PostAsync(Http, $"{queue}/next", $$"""{"reviewer": "{{reviewer}}"}""")).GetProperty("item").GetProperty("id").GetString();
            await PostAsync(Http, $"{queue}/items/{item}/submit", $$"""{"reviewer": "{{reviewer}}", "value": true}""");
        }

        var agreement = await GetAsync($"{queue}/agreement");
        Assert.Equal((2, 1), (agreement.GetProperty("items").GetInt32(), agreement.GetProperty("percent").GetProperty("value").GetDouble()));
        var results = (await GetAsync($"{queue}/results?source=output_item")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(calls.Order(), results.Select(result => result.GetProperty("inference_id").GetString()).Order());
        foreach (var call in calls)
        {
            Assert.True((await FeedbackAsync(call, "online-suite-good")).GetProperty("value").GetBoolean());
        }
    }

    /// <summary>A second time nothing is added.</summary>
    private async Task SaveAsync(string eval, string run)
    {
        var name = $"failures of {run}";
        for (var time = 0; time < 2; time++)
        {
            var saved = await PostAsync(Http, $"/v1/evals/{eval}/runs/{run}/save_items", $$"""{"dataset_name": "{{name}}", "split": "test"}""");
            var items = saved.GetProperty("items").GetInt32();
            Assert.Equal((time == 0 ? items : 0, time == 0 ? 0 : items), (saved.GetProperty("added").GetInt32(), saved.GetProperty("already_there").GetInt32()));
            Assert.Equal(1, saved.GetProperty("version").GetInt32());
            var item = (await GetAsync($"/v1/datasets/{saved.GetProperty("dataset_id").GetString()}/versions/1/items")).GetProperty("data")[0];
            Assert.Equal(("test", run), (item.GetProperty("split").GetString(), item.GetProperty("metadata").GetProperty("run_id").GetString()));
        }
    }

    private async Task<List<string>> AskAsync(params string[] questions)
    {
        var ids = new List<string>();
        foreach (var question in questions)
        {
            using var answer = await Http.PostAsync(
                "/v1/chat/completions",
                Json($$$"""{"model": "local/chat", "messages": [{"role": "user", "content": "{{{question}}}"}], "metadata": {"suite": "online"}}"""),
                Cancel);
            ids.Add((await StoredAsync(answer)).GetProperty("id").GetString()!);
        }

        return ids;
    }

    private async Task<JsonElement> FeedbackAsync(string call, string metric)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                found = (await GetAsync($"/v1/inferences/{call}")).GetProperty("feedback").EnumerateArray().FirstOrDefault(said => said.GetProperty("metric").GetString() == metric);
                return found.ValueKind == JsonValueKind.Object;
            },
            $"feedback '{metric}' on the call",
            Deadline);
        return found;
    }

    private async Task<List<string>> RunsAsync(string eval) =>
        [.. (await GetAsync($"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray().Select(run => run.GetProperty("id").GetString()!)];

    private async Task<string> IdAsync(string path, string body) => (await PostAsync(Http, path, body)).GetProperty("id").GetString()!;

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));
}

[Collection<StandaloneShape>]
public sealed class OnlineInStandalone(StandaloneFixture fixture) : OnlineTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class OnlineInServices(ServicesFixture fixture) : OnlineTests(fixture.Gateway);
