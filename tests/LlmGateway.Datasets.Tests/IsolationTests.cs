using System.Net;
using System.Net.Http.Json;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests;

public sealed class IsolationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_project_neither_sees_nor_changes_anothers_rows()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var theirs = new Calls("proj_b").Chat("chatcmpl-b", record => record with { Metadata = new Dictionary<string, string> { ["k"] = "v" } });
        await host.StoreAsync(new Calls("proj_a").Chat("chatcmpl-a"), theirs);
        var client = host.For("proj_a");

        Assert.Equal(["chatcmpl-a"], (await client.GetJsonAsync("/v1/chat/completions")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/chat/completions?metadata[k]=v")).Ids());
        Assert.Single((await client.GetJsonAsync("/v1/inferences")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/inferences?metadata[k]=v")).Ids());
        foreach (var id in new[] { "chatcmpl-b", theirs.Record.Id.ToString() })
        {
            using var update = JsonContent.Create(new { metadata = new { k = "stolen" } });
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/chat/completions/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/chat/completions/{id}/messages")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/inferences/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/v1/chat/completions/{id}", update)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/v1/chat/completions/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/v1/chat/completions?after={id}")).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/v1/inferences?after={id}")).StatusCode);
        }

        Assert.Equal("v", (await host.For("proj_b").GetJsonAsync("/v1/chat/completions/chatcmpl-b")).GetProperty("metadata").Text("k"));
    }

    [Fact]
    public async Task The_same_body_id_in_two_projects_stays_two_completions()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(new Calls("proj_a").Chat("chatcmpl-x"), new Calls("proj_b").Chat("chatcmpl-x"));

        await host.For("proj_b").DeleteAsync("/v1/chat/completions/chatcmpl-x");

        Assert.Equal(["chatcmpl-x"], (await host.For("proj_a").GetJsonAsync("/v1/chat/completions")).Ids());
        Assert.Empty((await host.For("proj_b").GetJsonAsync("/v1/chat/completions")).Ids());
    }

    [Fact]
    public async Task A_key_needs_the_scope_data()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        foreach (var path in new[] { "/v1/chat/completions", "/v1/inferences", "/v1/usage" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await host.For("proj_a", Scopes.Inference).GetAsync(path)).StatusCode);
        }
    }
}
