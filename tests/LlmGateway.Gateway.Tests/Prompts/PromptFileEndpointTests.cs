using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class PromptFileEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_goes_out_as_a_file_and_comes_back_as_the_same_version()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind to {{ name }}.\n", variables: [PromptCalls.Variable("name")], parameters: new { temperature = 0.5 });
        var file = await on.Gateway.Http.GetStringAsync("/v1/prompts/support/versions/production/file", Cancellation);
        var (status, same) = await PostAsync(on.Gateway, "/v1/prompts/support/versions?commit_message=again", file);
        Assert.True(status == 200, same.ToString());
        Assert.Equal(1, same.Version());

        var (_, second) = await PostAsync(on.Gateway, "/v1/prompts/support/versions?commit_message=kinder", file.Replace("kind", "very kind", StringComparison.Ordinal));
        Assert.Equal((2, "kinder"), (second.Version(), second.GetProperty("commit_message").GetString()));

        var (_, diff) = await PostAsync(on.Gateway, "/v1/prompts/support/diff?from=2", file);
        Assert.Contains("-Be very kind", diff.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty((await PostAsync(on.Gateway, "/v1/prompts/support/diff?from=1", file)).Body.GetProperty("text").GetString()!);

        Assert.Equal(200, (await PostAsync(on.Gateway, "/v1/prompts/import?name=copy", file)).Status);
        Assert.Equal(file, await on.Gateway.Http.GetStringAsync("/v1/prompts/copy/versions/1/file", Cancellation));
    }

    [Fact]
    public async Task A_bad_file_is_refused_with_its_line_and_makes_nothing()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (status, body) = await PostAsync(on.Gateway, "/v1/prompts/import?name=bad", "---\nmodel: [\n---\n");
        Assert.Equal((400, "invalid_prompt_file"), (status, body.Code()));
        Assert.Contains("ine ", body.Message(), StringComparison.Ordinal);
        Assert.Equal("name", (await PostAsync(on.Gateway, "/v1/prompts/import", "<system>\nx\n</system>\n")).Body.Param());
        Assert.Equal(415, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/import?name=bad", new { })).Status);
        Assert.Equal(415, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/bad/diff?from=1", new { })).Status);
        Assert.Empty(await on.Gateway.ListedAsync("/v1/prompts"));
    }

    private static async Task<(int Status, JsonElement Body)> PostAsync(InProcessGateway gateway, string path, string file)
    {
        using var content = new StringContent(file, Encoding.UTF8, "text/plain");
        using var response = await gateway.Http.PostAsync(path, content, Cancellation);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation)));
    }
}
