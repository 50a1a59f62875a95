using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class ImprovementTests(DemoSystem system)
{
    [Fact]
    public async Task An_improvement_without_calls_to_learn_from_says_what_is_missing_and_is_done_again()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        http.Dispose();
        await using var window = await system.OpenAsync("improvements", key);
        var page = window.Page;
        await Expect(page.GetByText("No improvement yet")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Start an improvement" }).ClickAsync();
        await page.GetByLabel("Route").FillAsync("local/chat");
        await page.GetByLabel("Metric").FillAsync("solved");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();

        await Expect(page.Locator(".badge").First).ToHaveTextAsync("failed", new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("none is called good by 'solved', and 0 have corrections");
        await Expect(page.Locator(".step.failed")).ToContainTextAsync("Select the calls to learn from");
        Assert.Empty(await window.AxeAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Do again" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Do it again" }).ClickAsync();
        await Expect(page.GetByText("It is being done again.")).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }
}
