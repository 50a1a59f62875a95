using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class LabelTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_label_is_moved_rolled_back_and_deleted_and_its_history_tells(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var gateway = on.Gateway;
        await MakeVersionsAsync(gateway, 3);
        Assert.Equal("support@1", (await gateway.AskPromptAsync("prompt/support")).Prompt);
        await gateway.PutLabelAsync("support", "production", 2);
        Assert.Equal("support@2", (await gateway.AskPromptAsync("prompt/support")).Prompt);
        await gateway.PutLabelAsync("support", "production", 3);

        Assert.Equal(2, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { label = "production" })).Body.Version());
        Assert.Equal("support@2", (await gateway.AskPromptAsync("prompt/support@production")).Prompt);
        Assert.Equal(1, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { })).Body.Version());
        Assert.Equal("nothing_to_restore", (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { })).Body.Code());

        var (_, history) = await gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/labels/production/history?order=asc");
        Assert.Equal(
            ["set -1", "set 1-2", "set 2-3", "rollback 3-2", "rollback 2-1"],
            history.GetProperty("data").EnumerateArray().Select(change => $"{change.GetProperty("action").GetString()} {change.GetProperty("from_version")}-{change.GetProperty("to_version")}"));

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production")).Status);
        var (status, body, _) = await gateway.AskPromptAsync("prompt/support");
        Assert.Equal((404, "prompt_label_not_found", "model"), (status, body.Code(), body.Param()));
        Assert.Contains("it has 'latest'", body.Message(), StringComparison.Ordinal);
        Assert.Equal("prompt_label_not_found", (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { })).Body.Code());
    }

    [Fact]
    public async Task After_a_rollback_and_a_new_move_a_rollback_skips_what_was_rolled_back()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await MakeVersionsAsync(on.Gateway, 3);
        await on.Gateway.PutLabelAsync("support", "production", 2);
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { });
        await on.Gateway.PutLabelAsync("support", "production", 3);
        Assert.Equal(1, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { })).Body.Version());
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_moves_at_once_that_expect_one_version_one_succeeds(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        await MakeVersionsAsync(on.Gateway, 9);
        var answers = await Task.WhenAll(Enumerable.Range(2, 8).Select(version => on.Gateway.PutLabelAsync("support", "production", version, expected: 1)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((409, "version_conflict", "expected_version"), (answer.Status, answer.Body.Code(), answer.Body.Param())));
        Assert.Equal(409, (await on.Gateway.PutLabelAsync("support", "production", 1, expected: 0)).Status);
        Assert.Equal(409, (await on.Gateway.PutLabelAsync("support", "new", 1, expected: 3)).Status);
        Assert.Equal(200, (await on.Gateway.PutLabelAsync("support", "new", 1, expected: 0)).Status);
    }

    [Theory]
    [InlineData("12", 400)]
    [InlineData("latest", 400)]
    [InlineData("Staging", 400)]
    [InlineData("a%20b", 400)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 400)]
    [InlineData("staging-2", 200)]
    public async Task A_label_is_no_number_no_hash_and_not_latest(string label, int status)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await MakeVersionsAsync(on.Gateway, 1);
        Assert.Equal(status, (await on.Gateway.PutLabelAsync("support", label, 1)).Status);
    }

    [Fact]
    public async Task A_label_points_to_versions_that_there_are()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await MakeVersionsAsync(on.Gateway, 1);
        Assert.Equal((404, "prompt_version_not_found"), Brief(await on.Gateway.PutLabelAsync("support", "staging", 2)));
        Assert.Equal((404, "prompt_not_found"), Brief(await on.Gateway.PutLabelAsync("nobody", "staging", 1)));
        Assert.Equal((400, "invalid_value"), Brief(await on.Gateway.SendAsync(HttpMethod.Put, "/v1/prompts/support/labels/staging", new { })));
    }

    [Fact]
    public async Task A_protected_label_is_an_admins_to_move()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var gateway = on.Gateway;
        await MakeVersionsAsync(gateway, 2);
        var key = await gateway.PostAsync("/v1/keys", new { scopes = new[] { "data" } }, "key");
        Assert.Equal(200, (await gateway.PutLabelAsync("support", "staging", 2, key: key)).Status);
        Assert.Equal((403, "insufficient_scope"), Brief(await gateway.PutLabelAsync("support", "production", 2, key: key)));
        Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production", key: key)).Status);
        Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/rollback", new { }, key)).Status);
        Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Delete, "/v1/prompts/support", key: key)).Status);
        Assert.Equal(403, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support", new { protected_labels = Array.Empty<string>() }, key)).Status);
        Assert.Equal("support@1", (await gateway.AskPromptAsync("prompt/support")).Prompt);

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support", new { protected_labels = new[] { "staging" } })).Status);
        Assert.Equal(403, (await gateway.PutLabelAsync("support", "staging", 1, key: key)).Status);
        Assert.Equal(200, (await gateway.PutLabelAsync("support", "production", 2, key: key)).Status);
    }

    private static (int Status, string? Code) Brief((int Status, System.Text.Json.JsonElement Body) answer) => (answer.Status, answer.Body.Code());

    private static async Task MakeVersionsAsync(InProcessGateway gateway, int count)
    {
        await gateway.DeployPromptAsync("support", "Version 1.");
        for (var number = 2; number <= count; number++)
        {
            Assert.Equal(number, (await gateway.MakeVersionAsync("support", PromptCalls.Content($"Version {number}."))).Body.Version());
        }
    }
}
