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

    private async Task<IReadOnlyList<(string Name, string Path)>> PagesAsync()
    {
        var call = await FirstAsync("/v1/inferences?limit=1");
        var dataset = await FirstAsync("/v1/datasets?limit=1");
        var eval = await FirstAsync("/v1/evals?limit=1");
        var run = await FirstAsync($"/v1/evals/{eval}/runs?limit=1");
        var job = await FirstAsync("/v1/fine_tuning/jobs?limit=1");
        var experiment = await FirstAsync("/v1/experiments?limit=1");
        return
        [
            ("overview", ""), ("calls", "calls"), ("call", $"calls/{call}"), ("usage", "usage"), ("providers", "providers"), ("playground", "playground"), ("prompts", "prompts"),
            ("datasets", "datasets"), ("dataset", $"datasets/{dataset}"), ("annotation", "annotation"), ("evals", "evals"), ("eval", $"evals/{eval}"),
            ("eval-run", $"evals/{eval}/runs/{run}"), ("attributions", "attributions"), ("insights", "insights"), ("retrieval", "retrieval"), ("fine-tuning", "fine-tuning"),
            ("fine-tuning-job", $"fine-tuning/{job}"), ("improvements", "improvements"), ("experiments", "experiments"), ("experiment", $"experiments/{experiment}"),
        ];
    }

    private async Task TakeAsync(string folder, IReadOnlyList<(string Name, string Path)> pages, int width, bool dark, string suffix)
    {
        await using var window = await system.OpenAsync(width: width, dark: dark);
        foreach (var (name, path) in pages)
        {
            await window.GoAsync(path);
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}{suffix}.png"), Animations = ScreenshotAnimations.Disabled });
        }
    }

    private async Task<string> FirstAsync(string list) =>
        JsonElement.Parse(await system.Http.GetStringAsync(list)).GetProperty("data")[0].GetProperty("id").GetString()!;
}
