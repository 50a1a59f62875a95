using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>Models are tried, and what was tried becomes a prompt.</summary>
public sealed class PlaygroundTests(DemoSystem system)
{
    private const string Hostile = "<script>document.title='run'</script> \u202egnp.exe When will my card arrive?";

    [Fact]
    public async Task A_logged_call_is_asked_again_of_two_models_and_kept_as_a_prompt()
    {
        var (key, http) = await system.NewProjectAsync();
        using var client = http;
        var call = await CallAsync(http);
        await using var window = await system.OpenAsync($"playground?from={call}&second=local/chat", key);
        var page = window.Page;
        await Expect(page.GetByLabel("Message 2, user")).ToHaveValueAsync(Hostile);
        await page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();

        var answers = page.GetByRole(AriaRole.Article);
        await Expect(answers).ToHaveCountAsync(2);
        await Expect(answers.First).ToContainTextAsync("card_arrival");
        await Expect(answers.First).ToContainTextAsync("$0");
        await Expect(answers.First.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new Regex("^calls/[0-9a-f-]{36}$"));
        Assert.Empty(await window.AxeAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a prompt" }).ClickAsync();
        await page.GetByLabel("Name, which callers put behind prompt/").FillAsync("labels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the prompt" }).ClickAsync();
        await Expect(window.Heading).ToHaveTextAsync("labels");
        var made = await http.GetFromJsonAsync<JsonElement>("/v1/prompts/labels/versions/1", TestContext.Current.CancellationToken);
        Assert.Equal("system", Assert.Single(made.GetProperty("messages").EnumerateArray()).GetProperty("role").GetString());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_place()
    {
        var (key, http) = await system.NewProjectAsync();
        http.Dispose();
        await using var window = await system.OpenAsync("playground?model=no/such-model", key);
        await window.Page.GetByLabel("Message 2, user").FillAsync("hello");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Alert)).ToContainTextAsync("no/such-model");
    }

    private static async Task<string> CallAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync(
            "/v1/chat/completions",
            new { model = "local/chat", messages = new[] { new { role = "system", content = "Answer with one of these labels: refund, card_arrival" }, new { role = "user", content = Hostile } } },
            TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var id = response.Headers.GetValues("x-llmgateway-inference-id").Single();
        await Eventually.TrueAsync(
            async cancellation =>
            {
                using var logged = await http.GetAsync($"/v1/inferences/{id}", cancellation);
                return logged.IsSuccessStatusCode;
            },
            "the call in the log",
            cancellationToken: TestContext.Current.CancellationToken);
        return id;
    }
}
