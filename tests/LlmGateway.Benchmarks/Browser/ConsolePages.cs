using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace LlmGateway.Benchmarks.Browser;

/// <summary>A browser's window with the console in it. A page is interactive when its heading is there: the circuit draws it, not the first answer.</summary>
internal sealed class ConsolePages : IAsyncDisposable
{
    /// <summary>Runs in the page: it counts what happens for so many milliseconds.</summary>
    private const string Watching = """
        async milliseconds => {
          const tasks = [0];
          new PerformanceObserver(list => list.getEntries().forEach(entry => tasks.push(entry.duration))).observe({ entryTypes: ['longtask'] });
          let longestFrame = 0, rows = 0, refreshes = 0, newest = null, last = performance.now();
          const end = last + milliseconds;
          await new Promise(done => {
            const look = now => {
              longestFrame = Math.max(longestFrame, now - last);
              last = now;
              const shown = document.querySelectorAll('table.calls tbody tr');
              rows = Math.max(rows, shown.length);
              const first = shown[0]?.querySelector('a')?.href;
              if (first !== newest) { newest = first; refreshes++; }
              now < end ? requestAnimationFrame(look) : done();
            };
            requestAnimationFrame(look);
          });
          return { longestTask: Math.max(...tasks), longestFrame, refreshes, rows };
        }
        """;

    private readonly IPage _page;

    private ConsolePages(IPage page, TimeSpan firstPage) => (_page, FirstPage) = (page, firstPage);

    /// <summary>From the click on "Sign in" to the interactive overview.</summary>
    public TimeSpan FirstPage { get; }

    public static async Task<ConsolePages> OpenAsync(IBrowser browser, Uri address, string key)
    {
        var page = await browser.NewPageAsync(new() { BaseURL = address.ToString(), ViewportSize = new() { Width = 1280, Height = 860 } });
        await page.GotoAsync("/console/sign-in");
        await page.GetByLabel("API key").FillAsync(key);
        var began = Stopwatch.GetTimestamp();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.Locator("main h1").WaitForAsync();
        return new ConsolePages(page, Stopwatch.GetElapsedTime(began));
    }

    /// <returns>Milliseconds from the request to the interactive page, smallest first.</returns>
    public async Task<double[]> OpenManyAsync(string path, int times)
    {
        var opens = new double[times];
        for (var time = 0; time < times; time++)
        {
            var began = Stopwatch.GetTimestamp();
            await _page.GotoAsync($"/console/{path}", new() { WaitUntil = WaitUntilState.Commit });
            await _page.Locator("main h1").WaitForAsync();
            opens[time] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(opens);
        return opens;
    }

    /// <summary>Looks at the newest calls as they come.</summary>
    public async Task<Watched> WatchLogAsync(TimeSpan time)
    {
        await _page.GotoAsync("/console/calls");
        await _page.Locator("table.calls tbody tr").First.WaitForAsync();
        var seen = await _page.EvaluateAsync<JsonElement>(Watching, time.TotalMilliseconds);
        return seen.Deserialize<Watched>(JsonSerializerOptions.Web)!;
    }

    public async ValueTask DisposeAsync() => await _page.CloseAsync();

    /// <param name="LongestTask">Of the browser's thread, in milliseconds; 0 where none took 50.</param>
    /// <param name="LongestFrame">The longest time between two frames, in milliseconds.</param>
    /// <param name="Refreshes">How often the newest call was another one.</param>
    /// <param name="Rows">The most rows at a time.</param>
    internal sealed record Watched(double LongestTask, double LongestFrame, int Refreshes, int Rows);
}
