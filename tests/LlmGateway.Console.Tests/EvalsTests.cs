using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>Evals, what changes were worth, and what to try next: each in a project of its own.</summary>
public sealed class EvalsTests(DemoSystem system)
{
    private const string Hostile = "<script>window.hacked = true</script><img src=x onerror=\"window.hacked = true\">\u202e";

    /// <summary>Work in the background, which a busy machine is slow at.</summary>
    private const float Patience = 60_000;

    [Fact]
    public async Task Runs_are_chosen_compared_and_read_item_by_item()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        var eval = await NewEvalAsync(http, "intents");
        var (before, after) = (await NewRunAsync(http, eval, "old prompt", "old"), await NewRunAsync(http, eval, "new prompt", "new"));
        await CompletedAsync(http, before);
        await CompletedAsync(http, after);

        await using var window = await system.OpenAsync($"evals/{eval}", key);
        await window.Page.GetByLabel("Compare old prompt").CheckAsync();
        await window.Page.GetByLabel("Compare new prompt").CheckAsync();
        await Expect(window.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"chosen=.*{after.Split('/')[^1]}"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("new prompt against old prompt");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Got better (2)" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Item 2, side by side" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "old prompt" }).Locator("pre")).ToHaveTextAsync("exchange");
        await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "new prompt" }).Locator("pre")).ToHaveTextAsync("refund");
        // Going from list to item and back takes parts away that go by the address, and puts them there again.
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the items" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "The same (1)" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "Item 1, side by side" })).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_run_is_started_in_the_form_and_followed_to_its_failures()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        var eval = await NewEvalAsync(http, "intents");
        await using var window = await system.OpenAsync($"evals/{eval}?new=run", key);
        await window.Page.GetByLabel("Name").FillAsync("by the form");
        await window.Page.GetByLabel("Model", new() { Exact = true }).FillAsync("replay/source#said");
        await window.Page.Locator(".mud-select[id]:has([aria-label='Items'])").ClickAsync();
        await window.Page.GetByRole(AriaRole.Option, new() { Name = "Items that I write here" }).ClickAsync();
        await window.Page.GetByLabel("Items, a JSON object a line").FillAsync("{\"intent\": \"refund\", \"said\": \"refund\"}\n{\"intent\": \"refund\", \"said\": 7\n");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Line 2 is not JSON.");

        await window.Page.GetByLabel("Items, a JSON object a line").FillAsync("{\"intent\": \"refund\", \"said\": \"refund\"}\n{\"intent\": \"refund\", \"said\": \"exchange\"}");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("by the form");
        await Expect(window.Page.Locator("main .badge").First).ToHaveTextAsync("completed", new() { Timeout = Patience });
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Failed (1)" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Item 2" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "The answer" }).Locator("pre")).ToHaveTextAsync("exchange");
        await window.Page.ReloadAsync();
        await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "The answer" }).Locator("pre")).ToHaveTextAsync("exchange");
    }

    [Fact]
    public async Task What_models_and_people_wrote_is_shown_and_never_run()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        var eval = await NewEvalAsync(http, $"{Hostile} {new string('w', 300)}");
        var item = new Dictionary<string, object> { ["question"] = Hostile, ["intent"] = "x", ["said"] = $"{Hostile}{new string('x', 100_000)}" };
        var run = await PostAsync(http, $"/v1/evals/{eval}/runs", Hostile, "said", [item]);
        await CompletedAsync(http, run);
        foreach (var path in (string[])["evals", $"evals/{eval}", $"evals/{eval}?view=definition", run["/v1/".Length..], $"{run["/v1/".Length..]}?item={await FirstItemAsync(http, run)}"])
        {
            await using var window = await system.OpenAsync(path, key, width: 400, dark: true);
            Assert.False(await window.Page.EvaluateAsync<bool>("() => window.hacked === true"));
            Assert.Equal(0, await window.OverflowAsync());
            Assert.Empty(await window.AxeAsync());
            Assert.Empty(window.Complaints);
        }
    }

    [Fact]
    public async Task What_changes_were_worth_is_pictured_and_said_in_figures()
    {
        var (key, http) = await system.NewProjectAsync();
        using var _ = http;
        var eval = await NewEvalAsync(http, "intents");
        var labels = new { type = "template", template = new[] { new { role = "system", content = "Answer with one of these labels: refund, card_arrival" }, new { role = "user", content = "{{ item.question }}" } } };
        var made = await DemoSystem.PostAsync(http, "/v1/attributions", new
        {
            eval_id = eval,
            name = "instructions",
            source = new { type = "file_content", content = new[] { new { item = new { question = "When will my card arrive?", intent = "card_arrival" } }, new { item = new { question = "I want my money back", intent = "refund" } } } },
            @base = new { model = "local/chat", input_messages = new { type = "template", template = new[] { new { role = "user", content = "{{ item.question }}" } } } },
            changes = new[] { new { name = "labels", set = new { input_messages = labels } } },
        });
        await using var window = await system.OpenAsync($"attributions/{made.GetProperty("id").GetString()}", key);
        await Expect(window.Page.Locator("main .badge").First).ToHaveTextAsync("completed", new() { Timeout = Patience });
        await Expect(window.Page.Locator("img.picture")).ToHaveJSPropertyAsync("complete", true);
        await Expect(window.Page.Locator("img.picture")).ToHaveAttributeAsync("alt", new System.Text.RegularExpressions.Regex("labels"));
        await Expect(window.Page.GetByRole(AriaRole.Row, new() { Name = "labels" }).First).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show the report" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the report" })).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_key_without_the_scope_is_told_what_it_lacks()
    {
        var (key, http) = await system.NewProjectAsync("inference");
        http.Dispose();
        await using var window = await system.OpenAsync("evals", key);
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your key may not see the evals.");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("'data'");
    }

    private static async Task<string> NewEvalAsync(HttpClient http, string name) => (await DemoSystem.PostAsync(http, "/v1/evals", new
    {
        name,
        data_source_config = new { type = "custom", item_schema = new { type = "object" }, include_sample_schema = true },
        testing_criteria = new[] { new { type = "exact_match", name = "intent", reference = "{{ item.intent }}" } },
    })).GetProperty("id").GetString()!;

    private static Task<string> NewRunAsync(HttpClient http, string eval, string name, string answers) => PostAsync(http, $"/v1/evals/{eval}/runs", name, answers,
    [
        new() { ["question"] = "Where is it?", ["intent"] = "card_arrival", ["old"] = "card_arrival", ["new"] = "card_arrival" },
        new() { ["question"] = "I want my money", ["intent"] = "refund", ["old"] = "exchange", ["new"] = "refund" },
        new() { ["question"] = "Pay me back", ["intent"] = "refund", ["old"] = "exchange", ["new"] = "refund" },
    ]);

    /// <returns>The run's path.</returns>
    private static async Task<string> PostAsync(HttpClient http, string path, string name, string answers, Dictionary<string, object>[] items)
    {
        var source = new { type = "file_content", content = items.Select(item => new { item }) };
        var run = await DemoSystem.PostAsync(http, path, new { name, data_source = new { type = "completions", model = $"replay/source#{answers}", source } });
        return $"{path}/{run.GetProperty("id").GetString()}";
    }

    private static async Task CompletedAsync(HttpClient http, string run)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience));
        while ((await http.GetFromJsonAsync<JsonElement>(run, patience.Token)).GetProperty("status").GetString() != "completed")
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task<string> FirstItemAsync(HttpClient http, string run) =>
        (await http.GetFromJsonAsync<JsonElement>($"{run}/output_items?limit=1")).GetProperty("data")[0].GetProperty("id").GetString()!;
}
