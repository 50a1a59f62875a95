using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>A change is tried on real traffic before anyone sees it: on what was logged, and on what comes, in the shadow.</summary>
public abstract class ReplayTests(RunningSystem gateway) : Scenario(gateway)
{
    private const int Calls = 6;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Logged_calls_are_put_to_a_candidate_and_both_answers_are_compared_and_saved()
    {
        var suite = $"replay {Guid.CreateVersion7()}";
        await AskAsync("local/chat", suite);
        var eval = await EvalAsync(suite);
        const string Source = """{"type": "inferences", "sample": 5, "seed": 3}""";
        var baseline = await RunAsync(eval, $$$"""{"type": "completions", "source": {{{Source}}}}""");
        Gateway.Upstream.Script = new UpstreamScript { Text = "billing" };
        var candidate = await RunAsync(eval, $$$"""{"type": "completions", "source": {{{Source}}}, "model": "{{{RunningSystem.PricedModel}}}", "sampling_params": {"temperature": 0.5}}""");
        await ComparedAsync(eval, baseline, candidate, 5);
        Assert.Equal(0.5, ModelCalls[^1].Json.GetProperty("temperature").GetDouble());
        Assert.Equal(4, ModelCalls[^1].Json.GetProperty("max_tokens").GetInt32());

        var saved = await PostAsync(Http, $"/v1/evals/{eval}/runs/{candidate}/save_items", $$"""{"status": "any", "pairs": true, "dataset_name": "{{suite}}"}""");
        Assert.Equal(5, saved.GetProperty("added").GetInt32());
        var item = (await GetAsync($"/v1/datasets/{saved.GetProperty("dataset_id").GetString()}/versions/1/items")).GetProperty("data")[0].GetProperty("metadata");
        Assert.Equal(("local/chat", "billing"), (item.GetProperty("baseline").GetProperty("model").GetString(), item.GetProperty("candidate").GetProperty("output_text").GetString()));
    }

    [Fact]
    public async Task Traffic_of_a_prompt_is_put_to_its_next_version()
    {
        var name = $"replayed-{Guid.CreateVersion7():N}";
        var prompt = (await PostAsync(Http, "/v1/prompts", $$$"""
            {"name": "{{{name}}}", "model": "local/chat", "variables": [{"name": "shop"}],
             "messages": [{"role": "system", "content": "You work for {{ shop }}. Answer with one of these labels: delivery, refund."}]}
            """)).GetProperty("id").GetString()!;
        await PostAsync(Http, $"/v1/prompts/{name}/versions", $$$"""
            {"model": "{{{RunningSystem.PricedModel}}}", "variables": [{"name": "shop"}], "messages": [{"role": "system", "content": "Sort {{ shop }}'s mail."}]}
            """);
        for (var call = 0; call < Calls; call++)
        {
            using var answer = await Http.PostAsync(
                "/v1/chat/completions",
                Json($$$"""{"prompt": {"id": "{{{name}}}", "version": "1", "variables": {"shop": "Vasa"}}, "messages": [{"role": "user", "content": "Where is parcel {{{call}}}?"}]}"""),
                Cancel);
            Assert.Equal(1, (await StoredAsync(answer)).GetProperty("prompt").GetProperty("messages").GetInt32());
        }

        var eval = await EvalAsync(null);
        var source = $$"""{"type": "inferences", "prompt_id": "{{prompt}}", "prompt_version": 1}""";
        var baseline = await RunAsync(eval, $$"""{"type": "completions", "source": {{source}}}""");
        Gateway.Upstream.Script = new UpstreamScript { Text = "billing" };
        var candidate = await RunAsync(eval, $$$"""{"type": "completions", "source": {{{source}}}, "prompt": {"id": "{{{name}}}", "version": "2"}}""");
        await ComparedAsync(eval, baseline, candidate, Calls);
        var messages = ModelCalls[^1].Json.GetProperty("messages");
        Assert.Equal((2, "Sort Vasa's mail."), (messages.GetArrayLength(), messages[0].GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Traffic_is_mirrored_to_a_candidate_and_both_answers_are_compared()
    {
        var suite = $"shadow {Guid.CreateVersion7()}";
        var route = $"route-{Guid.CreateVersion7():N}";
        using (var alias = await Http.PutAsync($"/v1/aliases/{route}", Json("""{"model": "local/chat"}"""), Cancel))
        {
            Assert.True(alias.IsSuccessStatusCode);
        }

        Gateway.Upstream.Script = new UpstreamScript { Text = "billing" };
        await PostAsync(Http, "/v1/shadows", $$$"""{"name": "{{{route}}}", "model": "{{{route}}}", "share": 1, "candidate": {"model": "{{{RunningSystem.PricedModel}}}"}, "max_cost_usd": 1}""");
        var originals = await AskAsync(route, suite);

        JsonElement[] mirrored = [];
        await Eventually.TrueAsync(
            async _ => (mirrored = [.. (await GetAsync($"/v1/inferences?purpose=shadow&step={route}")).GetProperty("data").EnumerateArray()]).Length == Calls, "the shadow's calls", Deadline);
        Assert.Equal(originals.Order(), mirrored.Select(call => call.GetProperty("parent_id").GetString()).Order());
        var cost = mirrored.Sum(call => call.GetProperty("cost_usd").GetDecimal());
        JsonElement counts = default;
        await Eventually.TrueAsync(
            async _ => (counts = (await GetAsync($"/v1/shadows/{route}")).GetProperty("counts")).GetProperty("cost_usd").GetDecimal() == cost, $"the accounts to come to {cost}", Deadline);
        Assert.Equal((Calls, 0), (counts.GetProperty("calls").GetInt32(), counts.GetProperty("errors").GetInt32()));

        var eval = await EvalAsync(null);
        var baseline = await RunAsync(eval, $$$"""{"type": "completions", "source": {"type": "shadow", "shadow": "{{{route}}}", "answers": "original"}}""");
        var candidate = await RunAsync(eval, $$$"""{"type": "completions", "source": {"type": "shadow", "shadow": "{{{route}}}"}}""");
        await ComparedAsync(eval, baseline, candidate, Calls);

        var stranger = await JoinAsync(route);
        Assert.Equal(404, (int)(await stranger.GetAsync($"/v1/shadows/{route}", Cancel)).StatusCode);
    }

    private async Task<List<string>> AskAsync(string model, string suite)
    {
        var ids = new List<string>();
        for (var call = 0; call < Calls; call++)
        {
            using var answer = await Http.PostAsync(
                "/v1/chat/completions",
                Json($$$"""{"model": "{{{model}}}", "max_tokens": 4, "messages": [{"role": "system", "content": "Answer with one of these labels: delivery, refund."}, {"role": "user", "content": "Where is parcel {{{call}}}?"}], "metadata": {"suite": "{{{suite}}}"}}"""),
                Cancel);
            ids.Add((await StoredAsync(answer)).GetProperty("id").GetString()!);
        }

        return ids;
    }

    private async Task ComparedAsync(string eval, string baseline, string candidate, int pairs)
    {
        var comparison = await PostAsync(Http, $"/v1/evals/{eval}/comparisons", $$"""{"baseline": "{{baseline}}", "candidates": ["{{candidate}}"]}""");
        var compared = comparison.GetProperty("candidates")[0];
        var criterion = compared.GetProperty("results")[0];
        Assert.Equal((pairs, 0, 1), (criterion.GetProperty("pairs").GetInt32(), criterion.GetProperty("baseline").GetProperty("value").GetDouble(), criterion.GetProperty("candidate").GetProperty("value").GetDouble()));
        Assert.Equal(pairs, compared.GetProperty("latency_ms").GetProperty("pairs").GetInt32());
    }

    private async Task<string> EvalAsync(string? suite)
    {
        var config = suite is null ? """{"type": "logs"}""" : $$$"""{"type": "logs", "metadata": {"suite": "{{{suite}}}"}}""";
        return (await PostAsync(Http, "/v1/evals", $$$"""
            {"data_source_config": {{{config}}},
             "testing_criteria": [{"type": "string_check", "name": "billing", "input": "{{ sample.output_text }}", "reference": "billing", "operation": "eq"}]}
            """)).GetProperty("id").GetString()!;
    }

    private async Task<string> RunAsync(string eval, string dataSource)
    {
        var id = (await PostAsync(Http, $"/v1/evals/{eval}/runs", $$"""{"data_source": {{dataSource}}}""")).GetProperty("id").GetString()!;
        JsonElement run = default;
        await Eventually.TrueAsync(
            async _ => (run = await GetAsync($"/v1/evals/{eval}/runs/{id}")).GetProperty("status").GetString() is "completed" or "failed", "the run to end", Deadline);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        return id;
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));
}

[Collection<StandaloneShape>]
public sealed class ReplaysInStandalone(StandaloneFixture fixture) : ReplayTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ReplaysInServices(ServicesFixture fixture) : ReplayTests(fixture.Gateway);
