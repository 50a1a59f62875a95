using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class ExperimentTests(DemoSystem system)
{
    [Fact]
    public async Task An_experiment_is_started_promoted_and_rolled_back_with_a_reason()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        using (http)
        {
            await using var window = await system.OpenAsync("experiments", key);
            var page = window.Page;
            await Expect(page.GetByText("No experiment yet")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Start an experiment" }).ClickAsync();
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("cooler");
            await page.GetByLabel("Route").FillAsync("local/chat");
            await page.GetByLabel("Temperature (optional)").FillAsync("0.5");
            await page.GetByLabel("Metric").FillAsync("helpful");
            await page.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();

            await Expect(page.Locator(".badge").First).ToHaveTextAsync("running");
            await page.GetByLabel("Reason, for the trail").FillAsync("good enough");
            await page.GetByRole(AriaRole.Button, new() { Name = "Promote treatment" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync("All calls of the route 'local/chat' will get the variant 'treatment'");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
            await Expect(page.GetByText("All calls get treatment.")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "good enough" })).ToContainTextAsync("promote");

            await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
            await Expect(page.GetByText("All calls get the control")).ToBeVisibleAsync();
            var stored = JsonElement.Parse(await http.GetStringAsync("/v1/experiments/cooler", TestContext.Current.CancellationToken));
            Assert.Equal("rolled_back", stored.GetProperty("status").GetString());
            Assert.Empty(window.Complaints);
        }
    }

    [Fact]
    public async Task The_demos_canary_shows_its_intervals_and_why_each_step_was_taken()
    {
        await using var window = await system.OpenAsync("experiments");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "fine-tuned-intents" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Img, new() { Name = "with its confidence sequence" })).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "was not worse at 50 %" })).ToContainTextAsync("promote");
        Assert.Empty(await window.AxeAsync());
        Assert.Equal(0, await window.OverflowAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_key_that_may_only_look_is_told_so_when_it_rolls_back()
    {
        var project = JsonElement.Parse(await system.Http.GetStringAsync("/v1/keys/current", TestContext.Current.CancellationToken)).GetProperty("project_id").GetString()!;
        await using var window = await system.OpenAsync("experiments/fine-tuned-intents", await system.NewKeyAsync(project, ["data"]));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Your key may not do this." })).ToContainTextAsync("admin");
        await Expect(window.Page.Locator(".badge").First).ToHaveTextAsync("promoted");
    }
}
