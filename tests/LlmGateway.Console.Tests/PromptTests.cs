using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>Prompts are edited, tried over a dataset, deployed and rolled back.</summary>
public sealed class PromptTests(DemoSystem system)
{
    private static readonly (string Question, string Label)[] Items =
    [
        ("I want a refund", "refund"), ("Give me a refund please", "refund"), ("Is a refund possible?", "refund"), ("My refund is missing", "refund"),
        ("How do I ask for a refund?", "refund"), ("When does my refund come?", "refund"), ("The card arrival is late", "card_arrival"), ("What about the card arrival?", "card_arrival"),
        ("Tell me the card arrival date", "card_arrival"), ("Is my card arrival near?", "card_arrival"), ("Card arrival?", "card_arrival"), ("I wait for card arrival", "card_arrival"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_tried_against_the_deployed_version_then_deployed_and_rolled_back()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        using var client = http;
        await MakeDatasetAsync(http);
        await MakePromptAsync(http, "Say what the customer wants.");
        await using var window = await system.OpenAsync("prompts", key);
        var page = window.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "intents" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true }).ClickAsync();
        await page.GetByLabel("Message 1, system").FillAsync("Answer with one of these labels: refund, card_arrival");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a version" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Try against version 1" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();

        var verdict = page.GetByRole(AriaRole.Region, new() { Name = "Verdict" });
        await Expect(verdict).ToContainTextAsync("Version 2 is better than version 1", new() { Timeout = 60_000 });
        await Expect(page.GetByText("Better by exact_match:")).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());

        await verdict.GetByRole(AriaRole.Button, new() { Name = "Deploy version 2" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await Expect(verdict).ToContainTextAsync("Version 2 is deployed.");
        Assert.Equal(2, await DeployedAsync(http));

        // The address is all that somebody else needs.
        await page.ReloadAsync();
        await Expect(verdict).ToContainTextAsync("Version 2 is better than version 1");
        await verdict.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("version 1, which it pointed to before");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Expect(verdict.GetByRole(AriaRole.Button, new() { Name = "Deploy version 2" })).ToBeVisibleAsync();
        Assert.Equal(1, await DeployedAsync(http));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_change_that_makes_no_difference_is_said_to_show_none()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        using var client = http;
        await MakeDatasetAsync(http);
        await MakePromptAsync(http, "Say what the customer wants.");
        await DemoSystem.PostAsync(http, "/v1/prompts/intents/versions", Content("Please say what the customer wants."));
        await using var window = await system.OpenAsync("prompts", key);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "try version 2" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();
        var sentence = window.Page.GetByRole(AriaRole.Region, new() { Name = "Verdict" }).GetByText("which does not make them equal");
        await Expect(sentence).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.True((await sentence.BoundingBoxAsync())!.Width > 500);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_key_that_may_not_deploy_is_told_so_and_nothing_moves()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        using var client = http;
        await MakePromptAsync(http, "One");
        await DemoSystem.PostAsync(http, "/v1/prompts/intents/versions", Content("Two"));
        var current = await http.GetFromJsonAsync<JsonElement>("/v1/keys/current", Cancelled);
        var lesser = await system.NewKeyAsync(current.GetProperty("project_id").GetString()!, ["inference", "data"]);
        await using var window = await system.OpenAsync("prompts", lesser);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "intents" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Version 2", Exact = true }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Deploy version 2" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("scope 'admin'");
        Assert.Equal(1, await DeployedAsync(http));
    }

    [Fact]
    public async Task What_is_wrong_with_a_template_is_said_and_a_variable_is_declared_by_a_click()
    {
        var (key, http) = await system.NewProjectAsync();
        using var client = http;
        await using var window = await system.OpenAsync("prompts/new", key);
        var page = window.Page;
        await page.GetByLabel("Name, which callers put behind prompt/").FillAsync("greeting");
        await page.GetByLabel("Message 1, system").FillAsync("Greet {{ name }}. {% if formal %}Be formal.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the prompt" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("messages[0].content: line 1");

        await page.GetByLabel("Message 1, system").FillAsync("Greet {{ name }}. {% if formal %}Be formal.{% endif %}");
        // The row comes in where the field is left, and moves what is below it.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Declare them" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Declare them" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the prompt" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("greeting");

        await page.GetByLabel("The model that a request names").FillAsync("local/chat");
        await page.Keyboard.PressAsync("Tab");
        await page.GetByLabel("name string, required").FillAsync("<img src=x onerror=document.title='run'>");
        await page.GetByLabel("formal string, required").FillAsync("yes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Render" }).ClickAsync();
        await Expect(page.GetByText("Greet <img src=x onerror=document.title='run'>. Be formal.")).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    private static object Content(string message) => new { model = "local/chat", messages = new[] { new { role = "system", content = message } }, parameters = new { temperature = 0 } };

    private static async Task MakePromptAsync(HttpClient http, string message)
    {
        await DemoSystem.PostAsync(http, "/v1/prompts", new { name = "intents", model = "local/chat", messages = new[] { new { role = "system", content = message } }, parameters = new { temperature = 0 } });
        using var moved = await http.PutAsJsonAsync("/v1/prompts/intents/labels/production", new { version = 1 }, Cancelled);
        moved.EnsureSuccessStatusCode();
    }

    private static async Task MakeDatasetAsync(HttpClient http)
    {
        var lines = string.Join('\n', Items.Select(item => JsonSerializer.Serialize(new { input = item.Question, reference = item.Label })));
        var file = await Uploads.SendAsync(http, "evals", "items.jsonl", lines);
        var dataset = await DemoSystem.PostAsync(http, "/v1/datasets", new { name = "intents" });
        await DemoSystem.PostAsync(http, $"/v1/datasets/{dataset.GetProperty("id").GetString()}/versions", new { source = new { type = "file", file_id = file } });
    }

    private static async Task<int> DeployedAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>("/v1/prompts/intents", Cancelled)).GetProperty("labels").GetProperty("production").GetInt32();
}
