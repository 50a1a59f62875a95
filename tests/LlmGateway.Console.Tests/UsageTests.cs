using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class UsageTests(DemoSystem system)
{
    [Fact]
    public async Task A_budget_at_its_end_is_told_of_and_topped_up()
    {
        var (_, http) = await system.NewProjectAsync();
        using (http)
        {
            var key = JsonElement.Parse(await http.GetStringAsync("/v1/keys/current", TestContext.Current.CancellationToken));
            var name = $"purse {Guid.CreateVersion7()}";
            await DemoSystem.PostAsync(system.Http, "/v1/limits", new
            {
                name,
                resource = "requests",
                window = "never",
                limit = 1,
                project_id = key.GetProperty("project_id").GetString(),
                scope = new { type = "key", value = key.GetProperty("id").GetString() },
            });
            await Eventually.TrueAsync(async _ => await UseAsync(http) == HttpStatusCode.TooManyRequests, "the limit in force");

            await using var window = await system.OpenAsync();
            await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = name })).ToBeVisibleAsync();
            await window.GoAsync("usage?view=limits");
            var card = window.Page.Locator(".limit").Filter(new() { HasText = name });
            await Expect(card).ToContainTextAsync("1 of 1 (100.0 %)");
            await card.GetByLabel("Top up by").FillAsync("3");
            await card.GetByRole(AriaRole.Button, new() { Name = "Top up" }).ClickAsync();
            await Expect(card).ToContainTextAsync("1 of 4 (25.0 %)");
            await Eventually.TrueAsync(async _ => await UseAsync(http) == HttpStatusCode.OK, "room again");
            Assert.Empty(await window.AxeAsync());
        }
    }

    [Fact]
    public async Task Usage_is_divided_as_the_address_says()
    {
        await using var window = await system.OpenAsync("usage?range=30d&group=model&measure=tokens");
        await Expect(window.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Tokens over 30 days") })).ToBeVisibleAsync();
        var models = window.Page.GetByRole(AriaRole.Table).First;
        await Expect(models).ToContainTextAsync("local/chat");
        await models.GetByRole(AriaRole.Link, new() { Name = "local/chat", Exact = true }).ClickAsync();
        await Expect(window.Page.Locator("table.calls tbody tr").First).ToContainTextAsync("local/chat");

        await window.GoAsync("usage?view=ledger&state=settled");
        await window.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Call", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_only_an_operator_may_see_is_said_and_the_rest_is_there()
    {
        var (key, http) = await system.NewProjectAsync();
        http.Dispose();
        await using var window = await system.OpenAsync("usage?view=limits", key);
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("admin");
        await window.GoAsync("providers");
        await Expect(window.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("admin");
        await Expect(window.Page.GetByText("No aliases.")).ToBeVisibleAsync();
        await window.GoAsync("");
        await Expect(window.Page.GetByText("Make your first call")).ToBeVisibleAsync();
        await Expect(window.Page.GetByText("\"model\": \"local/chat\"")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_provider_is_not_taken_out_by_mistake()
    {
        await using var window = await system.OpenAsync("providers");
        var local = window.Page.Locator(".provider").Filter(new() { HasText = "local" });
        await local.GetByRole(AriaRole.Button, new() { Name = "Take out of service" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("No call goes to it from any gateway");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(local).ToContainTextAsync("healthy");
    }

    private static async Task<HttpStatusCode> UseAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync("/v1/chat/completions", new { model = "local/chat", max_tokens = 3, messages = new[] { new { role = "user", content = "Hello" } } }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
