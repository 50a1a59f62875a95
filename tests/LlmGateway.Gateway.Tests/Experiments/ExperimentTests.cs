using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Shadows;
using LlmGateway.TestKit;
using static LlmGateway.Gateway.Tests.Experiments.ExperimentCalls;

namespace LlmGateway.Gateway.Tests.Experiments;

/// <summary>What experiments do to calls.</summary>
public sealed class ExperimentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Episodes_keep_their_variant_and_the_log_tells_it(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var experiment = await on.Gateway.ExperimentAsync();
        var given = new Dictionary<string, string?>();
        foreach (var episode in Enumerable.Range(0, 16).Select(number => $"ep_{number}"))
        {
            given[episode] = await on.Gateway.VariantAsync(episode);
            Assert.Equal(given[episode], await on.Gateway.VariantAsync(episode));
            var exposure = (await on.Gateway.RecordAsync()).Exposure!;
            Assert.Equal((experiment.GetProperty("id").GetString(), given[episode], 1, 16), (exposure.ExperimentId, exposure.Variant, exposure.Stage, exposure.Unit.Length));
        }

        Assert.Equal(["better", "control"], given.Values.Distinct().Order());
        Assert.Equal(2 * given.Values.Count(variant => variant == "better"), on.Upstream.Of(Treatment).Count);
        Assert.Equal(2 * given.Values.Count(variant => variant == "control"), on.Upstream.Of(Route).Count);
        Assert.Equal(Route, (await on.Gateway.RecordAsync()).RequestedModel);
    }

    [Fact]
    public async Task A_variants_parameters_reach_the_provider_and_nothing_else_changes()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "parameters": {"temperature": 0.25}}]}""");
        Assert.Equal("better", await on.Gateway.VariantAsync("ep", """{"model": "test/original", "temperature": 1, "seed": 5, "messages": [{"role": "user", "content": "h\u00e9"}]}"""));
        Assert.Equal(
            """{"temperature":0.25,"model": "original","seed": 5,"messages": [{"role": "user", "content": "h\u00e9"}]}""",
            Assert.Single(on.Upstream.Of(Route)).BodyText);
    }

    [Fact]
    public async Task A_variants_prompt_is_rendered_for_a_plain_call_and_for_one_that_names_another()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await PromptAsync(on, "old", "Be short.", "test/original");
        await PromptAsync(on, "new", "Be kind.", "test/treatment");
        await on.Gateway.ExperimentAsync("""{"variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "prompt": {"id": "new"}}]}""");
        await on.Gateway.ExperimentAsync("""{"name": "second", "model": "prompt/old", "variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "prompt": {"id": "new"}}]}""");

        await on.Gateway.VariantAsync("ep");
        var plain = Assert.Single(on.Upstream.Of(Route)).Json;
        Assert.Equal(["Be kind.", "hi"], plain.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()));

        foreach (var named in (string[])["""{"model": "prompt/old@production", "messages": []}""", """{"prompt": {"id": "old"}, "messages": []}"""])
        {
            Assert.Equal("better", await on.Gateway.VariantAsync("ep", named));
            Assert.Equal("prompt/old@production", (await on.Gateway.RecordAsync()).RequestedModel);
        }

        Assert.Equal("Be kind.", on.Upstream.Of(Treatment)[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task Paused_calls_go_to_the_control_and_promoted_ones_to_the_winner_until_the_experiment_is_deleted()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "model": "test/treatment"}]}""");
        Assert.Equal("better", await on.Gateway.VariantAsync("ep"));

        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try", new { status = "paused" });
        Assert.Null(await on.Gateway.VariantAsync("ep"));
        Assert.Null((await on.Gateway.RecordAsync()).Exposure);
        Assert.Single(on.Upstream.Of(Route));

        var (_, promoted) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try/promote", new { variant = "better", reason = "it is" });
        Assert.Equal(("promoted", "better"), (Status(promoted), promoted.GetProperty("winner").GetString()));
        Assert.Equal("better", await on.Gateway.VariantAsync("ep"));
        Assert.Null((await on.Gateway.RecordAsync()).Exposure);
        Assert.Equal(2, on.Upstream.Of(Treatment).Count);
        Assert.Equal(409, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try", new { status = "running" })).Status);

        // A later experiment begins where this one ended.
        await on.Gateway.ExperimentAsync("""{"name": "next", "variants": [{"name": "same", "weight": 1}, {"name": "more", "weight": 0, "model": "test/third"}]}""");
        Assert.Equal("same", await on.Gateway.VariantAsync("ep"));
        Assert.Equal(3, on.Upstream.Of(Treatment).Count);
        await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/experiments/next");

        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try/rollback", new { });
        Assert.Null(await on.Gateway.VariantAsync("ep"));
        Assert.Equal(2, on.Upstream.Of(Route).Count);
        Assert.Equal(["roll_back", "promote", "pause", "create"], (await on.Gateway.EventsAsync()).Select(told => told.GetProperty("action").GetString()));
        var id = (await on.Gateway.ReadExperimentAsync()).GetProperty("id").GetString()!;
        await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/experiments/try");
        Assert.Equal("delete", (await on.Gateway.EventsAsync(id))[0].GetProperty("action").GetString());
    }

    [Fact]
    public async Task Users_keep_their_variant_over_episodes()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"unit": "user"}""");
        var bodies = Enumerable.Range(0, 4).Select(user => $$"""{"model": "test/original", "user": "u{{user}}", "messages": [{"role": "user", "content": "hi"}]}""");
        foreach (var body in bodies)
        {
            var first = await on.Gateway.VariantAsync("ep_1", body);
            foreach (var episode in (string[])["ep_2", "ep_3", "ep_4", "ep_5"])
            {
                Assert.Equal(first, await on.Gateway.VariantAsync(episode, body));
            }
        }
    }

    [Fact]
    public async Task A_key_that_may_call_the_route_may_call_its_variants_for_it_and_nothing_else()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "model": "test/treatment"}]}""");
        var key = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" }, allowed_models = new[] { Route } }, "key");
        Assert.Equal("test/treatment", await on.Gateway.AskModelAsync(Route, key));
        Assert.Equal("model_not_allowed", await on.Gateway.AskModelAsync(Treatment, key));
    }

    [Fact]
    public async Task Calls_of_ours_and_of_other_projects_are_not_shared_out()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"variants": [{"name": "control", "weight": 0}, {"name": "better", "weight": 1, "model": "test/treatment"}]}""");
        var (_, other) = await on.Gateway.MakeProjectAsync();
        Assert.Null(await on.Gateway.VariantAsync("ep", key: other));
        Assert.Equal(["better"], [await on.Gateway.VariantAsync("ep")]);
        Assert.Single(on.Upstream.Of(Route));
    }

    [Fact]
    public async Task Another_gateway_hears_of_a_change_within_a_second()
    {
        await using var replicas = await Replicas.StartAsync();
        await replicas.One.ExperimentAsync("""{"variants": [{"name": "control", "weight": 1}, {"name": "better", "weight": 0}]}""");
        await Promptly.TrueAsync(
            TimeSpan.FromSeconds(1),
            number => replicas.One.SendAsync(HttpMethod.Post, "/v1/experiments/try", new { weights = new { control = number % 2, better = 1 - (number % 2) } }),
            async number => await replicas.Other.VariantAsync("ep") == (number % 2 == 0 ? "better" : "control"),
            "the variant at the other gateway",
            Cancellation);
    }

    private static async Task PromptAsync(GatewayOn on, string name, string text, string model)
    {
        var (status, prompt) = await on.Gateway.SendAsync(
            HttpMethod.Post, "/v1/prompts", new { name, model, messages = new[] { new { role = "system", content = text } } });
        Assert.True(status == 200, prompt.ToString());
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Put, $"/v1/prompts/{name}/labels/production", new { version = 1 })).Status);
    }

    private static string? Status(JsonElement experiment) => experiment.GetProperty("status").GetString();
}
