using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class CallsTests(DemoSystem system)
{
    private const string Hostile = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>\u202Egnorw\u202C";

    [Fact]
    public async Task A_call_is_seen_as_it_comes_and_read_and_judged()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            await using var window = await system.OpenAsync("calls", key);
            await Expect(window.Page.GetByText("No calls yet")).ToBeVisibleAsync();
            await CallAsync(http, new { role = "system", content = Hostile }, new { role = "user", content = "Where is my card? " + new string('x', 100_000) });

            await window.Page.Locator("table.calls tbody tr").GetByRole(AriaRole.Link).ClickAsync();
            await Expect(window.Page.Locator(".message.system .shown")).ToHaveTextAsync(Hostile.Replace("\u202E", "\\u202E", StringComparison.Ordinal).Replace("\u202C", "\\u202C", StringComparison.Ordinal));
            await Expect(window.Page.GetByText("The first 20,000 of 100,018 characters.")).ToBeVisibleAsync();
            await window.LoadedAsync();
            Assert.True(await window.Page.EvaluateAsync<bool>("() => window.hit === undefined"));
            Assert.Equal(0, await window.OverflowAsync());

            await window.Page.GetByText("Yes", new() { Exact = true }).ClickAsync();
            await window.Page.GetByLabel("Comment (optional)").FillAsync("at once");
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Give feedback" }).ClickAsync();
            await Expect(window.Page.Locator(".feedback")).ToContainTextAsync("helpful");
            await Expect(window.Page.Locator(".feedback")).ToContainTextAsync("“at once”");
            var said = await GetAsync(http, $"/v1/inferences/{window.Page.Url.Split('/')[^1]}");
            Assert.True(said.GetProperty("feedback")[0].GetProperty("value").GetBoolean());

            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Take back helpful" }).ClickAsync();
            await Expect(window.Page.GetByText("Nothing was said of it yet.")).ToBeVisibleAsync();
            Assert.Empty(await window.AxeAsync());
            Assert.Empty(window.Complaints);
        }
    }

    [Fact]
    public async Task Filters_stand_in_the_address()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            await CallAsync(http, new { role = "user", content = "Hello" });
            using var refused = await http.PostAsJsonAsync("/v1/chat/completions", new { model = "none/such", messages = new[] { new { role = "user", content = "Hello" } } });
            await using var window = await system.OpenAsync("calls", key);
            var rows = window.Page.Locator("table.calls tbody tr");
            await Expect(rows).ToHaveCountAsync(2);

            await window.Page.GetByLabel("Outcome").ClickAsync();
            await window.Page.GetByRole(AriaRole.Option, new() { Name = "Failed" }).ClickAsync();
            await Expect(rows).ToHaveCountAsync(1);
            await Expect(rows).ToContainTextAsync("model_not_found");
            await Expect(window.Page).ToHaveURLAsync(new Regex("outcome=failed"));

            await window.Page.ReloadAsync();
            await Expect(rows).ToHaveCountAsync(1);
            await window.Page.GetByLabel("Model", new() { Exact = true }).FillAsync("no-such-model");
            await window.Page.Keyboard.PressAsync("Enter");
            await Expect(window.Page.GetByText("No such calls")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Older_calls_stay_where_they_are()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            await Task.WhenAll(Enumerable.Range(0, 27).Select(_ => CallAsync(http, new { role = "user", content = "Hello" })));
            await Eventually.TrueAsync(async _ => (await GetAsync(http, "/v1/inferences?limit=100")).GetProperty("data").GetArrayLength() == 27, "all calls in the log");
            await using var window = await system.OpenAsync("calls", key);
            var rows = window.Page.Locator("table.calls tbody tr");
            await Expect(rows).ToHaveCountAsync(25);
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Older calls" }).ClickAsync();
            await Expect(rows).ToHaveCountAsync(2);
            await Expect(window.Page.GetByRole(AriaRole.Switch)).ToBeDisabledAsync();
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the newest" }).ClickAsync();
            await Expect(rows).ToHaveCountAsync(25);
        }
    }

    [Fact]
    public async Task A_call_becomes_an_item_of_a_dataset_and_no_other_does()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            var dataset = (await DemoSystem.PostAsync(http, "/v1/datasets", new { name = "kept calls" })).GetProperty("id").GetString();
            await CallAsync(http, new { role = "user", content = "not this" });
            await CallAsync(http, new { role = "user", content = "but this" });
            await Eventually.TrueAsync(async _ => (await GetAsync(http, "/v1/inferences")).GetProperty("data").GetArrayLength() == 2, "both calls in the log");
            var call = (await GetAsync(http, "/v1/inferences")).GetProperty("data")[0].GetProperty("id").GetString();
            await using var window = await system.OpenAsync($"calls/{call}", key);
            await window.Page.GetByLabel("Dataset").ClickAsync();
            await window.Page.GetByRole(AriaRole.Option, new() { Name = "kept calls" }).ClickAsync();
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "A new version of it is being made" })).ToBeVisibleAsync();
            await Eventually.TrueAsync(async _ => (await GetAsync(http, $"/v1/datasets/{dataset}/versions")).GetProperty("data").EnumerateArray().Any(version => version.GetProperty("status").GetString() == "completed"), "a version");
            var items = (await GetAsync(http, $"/v1/datasets/{dataset}/versions/1/items")).GetProperty("data");
            Assert.Equal("but this", Assert.Single(items.EnumerateArray()).GetProperty("input").GetProperty("messages")[0].GetProperty("content").GetString());
        }
    }

    private static Task<JsonElement> CallAsync(HttpClient http, params object[] messages) =>
        DemoSystem.PostAsync(http, "/v1/chat/completions", new { model = "local/chat", max_tokens = 8, messages });

    private static async Task<JsonElement> GetAsync(HttpClient http, string path) => JsonElement.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken));
}
