using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>Stores are searched as requests search them.</summary>
public sealed class RetrievalTests(DemoSystem system)
{
    private const string Text = "# Returns\n\nGoods go back within 30 days.\n\n## Refunds\n\nRefunds are paid within five days. <img src=x onerror=document.title='run'>\n";

    [Fact]
    public async Task A_query_finds_its_passage_with_the_words_marked_and_its_place_in_the_file()
    {
        var (key, http) = await system.NewProjectAsync();
        using var client = http;
        var store = await MakeStoreAsync(http);
        await using var window = await system.OpenAsync($"retrieval?store={store}", key);
        var page = window.Page;
        await page.GetByRole(AriaRole.Searchbox).FillAsync("When are refunds paid?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();

        var first = page.GetByRole(AriaRole.Article).First;
        await Expect(first).ToContainTextAsync("returns.md");
        await Expect(first).ToContainTextAsync("by words place 1");
        await Expect(first.Locator("mark").First).ToHaveTextAsync("Refunds");
        await first.GetByRole(AriaRole.Button, new() { Name = "See it in the file" }).ClickAsync();
        await Expect(first.GetByText("Goods go back within 30 days.").Last).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("query=When"));
        Assert.Empty(await window.AxeAsync());
        Assert.Empty(window.Complaints);

        await page.GetByText("How it is searched").ClickAsync();
        await page.GetByLabel("Only files by their attributes, as JSON").FillAsync("""{"type": "eq", "key": "colour", "value": 1}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("colour");
    }

    [Fact]
    public async Task A_project_without_a_store_is_told_how_to_make_one()
    {
        var (key, http) = await system.NewProjectAsync();
        http.Dispose();
        await using var window = await system.OpenAsync("retrieval", key);
        await Expect(window.Page.GetByText("/vector_stores")).ToBeVisibleAsync();
    }

    private static async Task<string> MakeStoreAsync(HttpClient http)
    {
        var file = await Uploads.SendAsync(http, "assistants", "returns.md", Text);
        var store = (await DemoSystem.PostAsync(http, "/v1/vector_stores", new { name = "help", file_ids = new[] { file } })).GetProperty("id").GetString()!;
        await Eventually.TrueAsync(
            async cancellation => (await http.GetFromJsonAsync<JsonElement>($"/v1/vector_stores/{store}", cancellation)).GetProperty("status").GetString() == "completed",
            "the file in the store",
            cancellationToken: TestContext.Current.CancellationToken);
        return store;
    }
}
