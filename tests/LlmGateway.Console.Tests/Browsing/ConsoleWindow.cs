using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;

namespace LlmGateway.Console.Tests.Browsing;

/// <summary>A browser's window with the console in it, and what its scripts and its security policy complained of.</summary>
public sealed class ConsoleWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    internal ConsoleWindow(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, refusals by the security policy, resources that were not there.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public ILocator Heading => Page.Locator("main h1");

    public async Task SignInAsync(string key)
    {
        await Page.GotoAsync("/console/sign-in");
        await Page.GetByLabel("API key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    /// <summary>Goes to a page, and waits until it is there and nothing of it is loading.</summary>
    /// <param name="path">Below <c>/console/</c>.</param>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync($"/console/{path}");
        await Expect(Heading).ToBeVisibleAsync();
        await LoadedAsync();
    }

    /// <summary>Waits until nothing of the page is loading.</summary>
    public Task LoadedAsync() => Expect(Page.Locator(".mud-progress-linear[aria-label^='Loading']")).ToHaveCountAsync(0);

    /// <summary>By how many pixels the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)");

    /// <summary>What axe finds wrong: rule, and where. Its rules are those of WCAG 2.1, levels A and AA.</summary>
    public async Task<IReadOnlyList<string>> AxeAsync()
    {
        var result = await Page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } });
        return [.. result.Violations.Select(violation => $"{violation.Id} ({violation.Help}): {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}")];
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
