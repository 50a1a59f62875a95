using System.ClientModel;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Files;
using OpenAI.VectorStores;

namespace LlmGateway.System.Tests;

/// <summary>Vector stores by OpenAI's own package.</summary>
public abstract class VectorStoreTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private VectorStoreClient Stores => Gateway.Sdk.GetVectorStoreClient();

    [Fact]
    public async Task The_official_package_makes_a_store_fills_it_and_finds_the_passage()
    {
        var cats = await UploadAsync("cats.md", "# Cats\n\nA cat sleeps for about fifteen hours a day.");
        var ships = await UploadAsync("ships.txt", "The Vasa sank in Stockholm harbour in 1628, on her maiden voyage.");
        VectorStore store = await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions { Name = "facts", FileIds = { cats, ships } }, Cancel);
        store = await CompleteAsync(store.Id);
        Assert.Equal((2, 2, "facts"), (store.FileCounts.Completed, store.FileCounts.Total, store.Name));

        var page = await SearchAsync(store.Id, """{"query": "When did the Vasa sink?", "max_num_results": 1}""");
        var hit = Assert.Single(page.GetProperty("data").EnumerateArray());
        Assert.Equal((ships, "ships.txt"), (hit.GetProperty("file_id").GetString(), hit.GetProperty("filename").GetString()));
        Assert.Contains("1628", hit.GetProperty("content")[0].GetProperty("text").GetString());

        VectorStoreDeletionResult deleted = await Stores.DeleteVectorStoreAsync(store.Id, Cancel);
        Assert.True(deleted.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => Stores.GetVectorStoreAsync(store.Id, Cancel))).Status);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_fails_with_a_reason_and_the_batch_goes_on()
    {
        VectorStore store = await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions(), Cancel);
        var good = await UploadAsync("good.txt", "Tea is made of leaves.");
        var binary = await UploadAsync("photo.txt", [0xff, 0xfe, 0x00, 0xd8, 0x01]);
        var batch = await PostAsync(Http, $"/v1/vector_stores/{store.Id}/file_batches", $$"""{"file_ids": ["{{good}}", "{{binary}}", "file-unknown"]}""");
        store = await CompleteAsync(store.Id);
        Assert.Equal((1, 2), (store.FileCounts.Completed, store.FileCounts.Failed));

        var files = JsonElement.Parse(await Http.GetStringAsync($"/v1/vector_stores/{store.Id}/file_batches/{batch.GetProperty("id").GetString()}/files?filter=failed", Cancel));
        var errors = files.GetProperty("data").EnumerateArray().ToDictionary(
            file => file.GetProperty("id").GetString()!, file => file.GetProperty("last_error").GetProperty("message").GetString());
        Assert.Contains("UTF-8", errors[binary]);
        Assert.Contains("POST /v1/files", errors["file-unknown"]);
    }

    [Fact]
    public async Task Attributes_filter_inside_the_search()
    {
        VectorStore store = await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions(), Cancel);
        foreach (var (year, price) in new[] { (2023, 10), (2024, 12) })
        {
            var file = await UploadAsync($"prices-{year}.txt", $"A cup of coffee costs {price} crowns.");
            await PostAsync(Http, $"/v1/vector_stores/{store.Id}/files", $$$"""{"file_id": "{{{file}}}", "attributes": {"year": {{{year}}}}}""");
        }

        await CompleteAsync(store.Id);
        var page = await SearchAsync(store.Id, """{"query": "coffee price", "filters": {"type": "gte", "key": "year", "value": 2024}}""");
        var hit = Assert.Single(page.GetProperty("data").EnumerateArray());
        Assert.Equal("prices-2024.txt", hit.GetProperty("filename").GetString());
    }

    [Fact]
    public async Task Another_project_reaches_nothing_of_a_store()
    {
        var file = await UploadAsync("secret.txt", "The vault's code is in the drawer.");
        VectorStore store = await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions { FileIds = { file } }, Cancel);
        await CompleteAsync(store.Id);
        using var stranger = await JoinAsync("vector-strangers");
        foreach (var path in new[] { "", "/files", $"/files/{file}", $"/files/{file}/content" })
        {
            Assert.Equal(404, (int)(await stranger.GetAsync($"/v1/vector_stores/{store.Id}{path}", Cancel)).StatusCode);
        }

        using var query = Json("""{"query": "vault"}""");
        Assert.Equal(404, (int)(await stranger.PostAsync($"/v1/vector_stores/{store.Id}/search", query, Cancel)).StatusCode);

        // Nor does a store of their own take the file in.
        var own = (await PostAsync(stranger, "/v1/vector_stores", $$"""{"file_ids": ["{{file}}"]}""")).GetProperty("id").GetString();
        var counts = await Eventually.GetAsync<string>(
            async token => JsonElement.Parse(await stranger.GetStringAsync($"/v1/vector_stores/{own}", token)) is var shown && shown.GetProperty("status").GetString() == "completed"
                ? shown.GetProperty("file_counts").GetProperty("failed").ToString() : null,
            "the stranger's file to be refused",
            Deadline);
        Assert.Equal("1", counts);
    }

    private async Task<string> UploadAsync(string name, BinaryData content)
    {
        OpenAIFile file = await Gateway.Sdk.GetOpenAIFileClient().UploadFileAsync(content, name, FileUploadPurpose.Assistants);
        return file.Id;
    }

    private Task<string> UploadAsync(string name, string text) => UploadAsync(name, BinaryData.FromString(text));

    private Task<string> UploadAsync(string name, byte[] bytes) => UploadAsync(name, BinaryData.FromBytes(bytes));

    private Task<VectorStore> CompleteAsync(string id) => Eventually.GetAsync<VectorStore>(
        async token => (await Stores.GetVectorStoreAsync(id, token)).Value is { Status: VectorStoreStatus.Completed } store ? store : null,
        "the store's files to be taken in",
        Deadline);

    private Task<JsonElement> SearchAsync(string store, string body) => PostAsync(Http, $"/v1/vector_stores/{store}/search", body);
}

[Collection<StandaloneShape>]
public sealed class VectorStoresInStandalone(StandaloneFixture fixture) : VectorStoreTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class VectorStoresInServices(ServicesFixture fixture) : VectorStoreTests(fixture.Gateway);
