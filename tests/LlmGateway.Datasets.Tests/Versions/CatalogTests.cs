using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Versions;

public sealed class CatalogTests(SharedHost host) : IClassFixture<SharedHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dataset_is_made_found_and_changed()
    {
        var client = host.NewProject();
        var made = await client.PostJsonAsync("/v1/datasets", """{"name":"intents","description":"of bank customers","metadata":{"team":"red"}}""");
        Assert.StartsWith("ds_", made.Text("id"), StringComparison.Ordinal);
        Assert.Equal(("dataset", "intents", "of bank customers", "red"), (made.Text("object"), made.Text("name"), made.Text("description"), made.GetProperty("metadata").Text("team")));
        Assert.Equal(JsonValueKind.Null, made.GetProperty("latest_version").ValueKind);

        var path = $"/v1/datasets/{made.Text("id")}";
        var changed = await PatchAsync(client, path, """{"name":"banking"}""");
        Assert.Equal(("banking", "of bank customers", "red"), (changed.Text("name"), changed.Text("description"), changed.GetProperty("metadata").Text("team")));
        Assert.Equal(changed.ToString(), (await client.GetJsonAsync(path)).ToString());
    }

    [Fact]
    public async Task An_archived_dataset_is_listed_apart_takes_no_version_and_can_still_be_read()
    {
        var client = host.NewProject();
        var (kept, archived) = (await client.DatasetAsync("kept"), await client.DatasetAsync("archived"));
        await client.VersionAsync(archived, """{"input":"x"}""");
        await PatchAsync(client, archived, """{"archived":true}""");

        Assert.Equal([kept], (await client.GetJsonAsync("/v1/datasets")).Ids().Select(id => $"/v1/datasets/{id}"));
        Assert.Equal([archived], (await client.GetJsonAsync("/v1/datasets?archived=true")).Ids().Select(id => $"/v1/datasets/{id}"));
        Assert.Equal("dataset_archived", (await client.RefusedVersionAsync(archived, """{"input":"y"}""")).Text("code"));
        Assert.Single(await client.ExportAsync(archived, "1", "format=items"));

        await PatchAsync(client, archived, """{"archived":false}""");
        Assert.Equal(2, (await client.VersionAsync(archived, """{"input":"y"}""")).GetProperty("version").GetInt32());
    }

    private static async Task<JsonElement> PatchAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await client.PatchAsync(path, content, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return await response.JsonAsync();
    }
}
