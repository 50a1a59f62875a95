using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>Datasets, each test in a project of its own.</summary>
public sealed class DatasetsTests(DemoSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Production_calls_become_versions_that_are_read_compared_and_exported()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        await CallAsync(http, "Where is <b>my</b> card?");
        await StoredAsync(http, 1);
        await using var window = await system.OpenAsync("datasets", key);
        await Expect(window.Page.GetByText("There are no datasets yet")).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Make a dataset" }).ClickAsync();
        await window.Page.GetByLabel("Name").FillAsync("from production");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("from production");

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(window.Page.GetByText("1 calls match; 1 would be taken.")).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make the version" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Version 1, the latest" })).ToBeVisibleAsync();
        await window.Page.Locator("button.open").ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "Input" }).Locator("pre")).ToHaveTextAsync("Where is <b>my</b> card?");

        await CallAsync(http, "I want my money back");
        await StoredAsync(http, 2);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "New from calls" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make the version" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Version 2, the latest" })).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();
        await Expect(window.Page.GetByText("1 added, 0 removed, 0 changed, 1 as they were.")).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Export", Exact = true }).ClickAsync();
        var exported = await window.Page.GetByRole(AriaRole.Link, new() { Name = "Get the file" }).GetAttributeAsync("href");
        var file = await window.Page.APIRequest.GetAsync($"/console/{exported}");
        Assert.Equal(2, (await file.TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_version_that_a_run_reads_is_not_deleted_and_the_page_says_who_reads_it()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        await CallAsync(http, "Where is my card?");
        await StoredAsync(http, 1);
        var dataset = (await DemoSystem.PostAsync(http, "/v1/datasets", new { name = "in use" })).GetProperty("id").GetString();
        await DemoSystem.PostAsync(http, $"/v1/datasets/{dataset}/from_inferences", new { });
        var eval = (await DemoSystem.PostAsync(http, "/v1/evals", new
        {
            name = "reads it",
            data_source_config = new { type = "custom", item_schema = new { type = "object" } },
            testing_criteria = new[] { new { type = "string_check", name = "is there", input = "{{ item.reference }}", reference = "", operation = "ne" } },
        })).GetProperty("id").GetString();
        var run = (await DemoSystem.PostAsync(http, $"/v1/evals/{eval}/runs", new { data_source = new { type = "jsonl", source = new { type = "dataset", dataset_id = dataset } } })).GetProperty("id").GetString();

        await using var window = await system.OpenAsync($"datasets/{dataset}?view=versions", key);
        await window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "calls" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"In use by {run}");
    }

    private static async Task CallAsync(HttpClient http, string question) =>
        await DemoSystem.PostAsync(http, "/v1/chat/completions", new { model = "local/chat", messages = new[] { new { role = "user", content = question } } });

    private static async Task StoredAsync(HttpClient http, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await http.GetFromJsonAsync<JsonElement>("/v1/inferences?limit=10", patience.Token)).GetProperty("data").GetArrayLength() < count)
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
