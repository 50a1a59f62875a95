using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

/// <summary>
/// The pictures of docs/images/console, taken anew when somebody asks for it: <c>-explicit only -class '*Screenshots'</c> with
/// <c>LLMGATEWAY_SCREENSHOTS</c> naming the folder.
/// </summary>
public sealed class Screenshots(DemoSystem system)
{
    [Fact(Explicit = true)]
    public async Task Each_page_is_pictured()
    {
        var folder = Environment.GetEnvironmentVariable("LLMGATEWAY_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");
        Directory.CreateDirectory(folder);
        var pages = await PagesAsync();
        await TakeAsync(folder, pages, width: 1280, dark: false, "");
        await TakeAsync(folder, pages, width: 400, dark: true, "-phone");
    }

    private async Task<IReadOnlyList<Pictured>> PagesAsync()
    {
        var filled = await DemoLeftovers.MakeAsync(system.Http);
        var eval = filled.Eval;
        return
        [
            new("sign-in", "sign-in"), new("overview", ""), new("calls", "calls"), new("call", $"calls/{await FirstAsync("/v1/inferences?limit=1&order=asc")}"), new("usage", "usage"), new("providers", "providers"),
            new("playground", "playground"), new("prompts", "prompts"), new("prompt", $"prompts/{await FirstAsync("/v1/prompts?limit=1")}"), new("prompt-trial", await TryPromptAsync()),
            new("datasets", "datasets"), new("dataset", $"datasets/{await FirstAsync("/v1/datasets?limit=1&order=asc")}"), new("annotation", "annotation"), new("annotation-queue", $"annotation/{filled.Queue}", ".option"),
            new("evals", "evals"), new("eval", $"evals/{eval}"), new("eval-run", $"evals/{eval}/runs/{await FirstAsync($"/v1/evals/{eval}/runs?limit=1&order=asc")}"),
            new("comparison", $"evals/{eval}/comparisons/{await FirstAsync($"/v1/evals/{eval}/comparisons?limit=1&order=asc")}"),
            new("attributions", "attributions"), new("attribution", $"attributions/{filled.Attribution}", "img.picture"), new("insights", "insights"), new("insight", $"insights/{filled.Insight}", "img.picture"),
            new("retrieval", $"retrieval?store={filled.Store}&query=How+long+does+a+session+live%3F", "article mark"),
            new("fine-tuning", "fine-tuning"), new("fine-tuning-job", $"fine-tuning/{await SucceededJobAsync()}"),
            new("improvements", "improvements"), new("improvement", $"improvements/{filled.Improvement}"),
            new("experiments", "experiments"), new("experiment", $"experiments/{await FirstAsync("/v1/experiments?limit=1")}"),
        ];
    }

    /// <returns>The address of what came of it.</returns>
    private async Task<string> TryPromptAsync()
    {
        await using var window = await system.OpenAsync("prompts");
        var page = window.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "try version 2" }).ClickAsync();
        await page.Locator("label:has(> span:text-is('Dataset')) select").SelectOptionAsync("support questions");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run both" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Verdict" })).ToContainTextAsync("Version 2 is better than version 1", new() { Timeout = 60_000 });
        return page.Url[(page.Url.IndexOf("/console/", StringComparison.Ordinal) + "/console/".Length)..];
    }

    private async Task TakeAsync(string folder, IReadOnlyList<Pictured> pages, int width, bool dark, string suffix)
    {
        await using var window = await system.OpenAsync(width: width, dark: dark);
        foreach (var (name, path, sign) in pages)
        {
            await window.GoAsync(path);
            await Expect(window.Page.Locator(sign).First).ToBeVisibleAsync();
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}{suffix}.png"), Animations = ScreenshotAnimations.Disabled });
        }
    }

    private async Task<string> SucceededJobAsync()
    {
        var jobs = await system.Http.GetFromJsonAsync<JsonElement>("/v1/fine_tuning/jobs?limit=20", TestContext.Current.CancellationToken);
        return jobs.GetProperty("data").EnumerateArray().First(job => job.GetProperty("status").GetString() == "succeeded").GetProperty("id").GetString()!;
    }

    private Task<string> FirstAsync(string list) => DemoLeftovers.FirstAsync(system.Http, list);

    /// <param name="Name">The picture's.</param>
    /// <param name="Path">Below <c>/console/</c>.</param>
    /// <param name="Sign">What is there once the page is whole, as a CSS selector.</param>
    private sealed record Pictured(string Name, string Path, string Sign = "h1, form");
}
