using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>What holds for each page of the console.</summary>
public sealed partial class PageTests(DemoSystem system)
{
    /// <summary>Every page that needs no id, as the navigation names them.</summary>
    private static readonly string[] Paths =
    [
        "", "calls", "usage", "providers", "playground", "prompts", "datasets", "annotation", "evals", "attributions", "insights", "retrieval", "fine-tuning",
        "improvements", "experiments",
    ];

    [Fact]
    public async Task Each_stands_in_a_wide_window_without_complaint()
    {
        await using var window = await system.OpenAsync();
        Assert.Empty(await ProblemsAsync(window));
    }

    [Fact]
    public async Task Each_is_read_on_a_phone_in_the_dark()
    {
        await using var window = await system.OpenAsync(width: 400, dark: true);
        Assert.Empty(await ProblemsAsync(window));
    }

    [Fact]
    public async Task A_new_project_has_each_of_them_too()
    {
        var (key, http) = await system.NewProjectAsync();
        http.Dispose();
        await using var window = await system.OpenAsync(key: key);
        foreach (var path in Paths)
        {
            await window.GoAsync(path);
            await Expect(window.Page.GetByText("This page failed. Go to another")).ToHaveCountAsync(0);
            Assert.Empty(window.Complaints);
        }
    }

    [Fact]
    public async Task Every_page_is_reached_from_the_navigation()
    {
        await using var window = await system.OpenAsync();
        var links = await window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link).EvaluateAllAsync<string[]>(
            "links => links.map(link => new URL(link.href).pathname.slice('/console/'.length))");
        Assert.Equal(Paths.Order(), links.Order());
    }

    [Fact]
    public async Task A_page_that_is_not_there_says_so()
    {
        await using var window = await system.NewWindowAsync();
        await window.SignInAsync(TestKit.Hosts.HostProgram.AdminKey);
        await window.Page.GotoAsync("/console/no-such-page");
        await Expect(window.Heading).ToHaveTextAsync("There is no such page");
    }

    [Fact]
    public async Task Colours_stay_as_they_were_chosen()
    {
        await using var window = await system.OpenAsync();
        await window.Page.GetByLabel("Use dark colours").ClickAsync();
        await Expect(window.Page.GetByLabel("Use light colours")).ToBeVisibleAsync();
        await window.GoAsync("calls");
        await Expect(window.Page.GetByLabel("Use light colours")).ToBeVisibleAsync();
    }

    /// <summary>What is wrong with any page: for those who do not see it, in width, or by its own complaints.</summary>
    private static async Task<IReadOnlyList<string>> ProblemsAsync(ConsoleWindow window)
    {
        var problems = new List<string>();
        foreach (var path in Paths)
        {
            await window.GoAsync(path);
            await Expect(window.Page).ToHaveTitleAsync(Title());
            problems.AddRange((await window.AxeAsync()).Select(violation => $"/{path}: {violation}"));
            if (await window.OverflowAsync() is > 0 and var pixels)
            {
                problems.Add($"/{path} is {pixels} pixels too wide");
            }
        }

        return [.. problems, .. window.Complaints];
    }

    [GeneratedRegex(".+ · LlmGateway$")]
    private static partial Regex Title();
}
