using System.Globalization;
using LlmGateway.Benchmarks.Datasets;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Hosts;
using Microsoft.Playwright;

namespace LlmGateway.Benchmarks.Browser;

/// <summary>
/// What people wait for in the console over a log of a million calls: the first page of a process's life, pages after it, and whether
/// the log page stays responsive while hundreds of calls a second are answered and logged. A Chromium on the same machine looks at it.
/// </summary>
internal static class ConsoleBenchmark
{
    private const int Calls = 1_000_000;
    private const int CallsPerSecond = 500;
    private const int Connections = 32;
    private const int RequestBytes = 256;
    private const int Opens = 7;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    /// <param name="args">How many calls the log has before it is looked at; a million by default.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Chromium.Find(out var reason) is not { } chromium)
        {
            Console.Error.WriteLine(reason);
            return 2;
        }

        var calls = args is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Calls;
        using var folder = new TempFolder();
        await FillAsync(folder.Path, calls);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        await using var system = new HostProcess("Standalone", folder.Path);
        await system.StartAsync();
        await using var window = await ConsolePages.OpenAsync(browser, system.BaseUrl, HostProgram.AdminKey);
        Say($"first page of the process: {window.FirstPage.TotalMilliseconds:0} ms from signing in to interactive");
        foreach (var path in (string[])["", "calls", "usage"])
        {
            var opens = await window.OpenManyAsync(path, Opens);
            Say($"/console/{path}: {opens[Opens / 2]:0} ms to interactive (median of {Opens}; {opens[0]:0} to {opens[^1]:0})");
        }

        await WatchAsync(window, system.BaseUrl.Port);
        return 0;
    }

    private static async Task FillAsync(string folder, int calls)
    {
        await using var server = await DatasetsServer.StartAsync(folder, store: null);
        var filled = await TrafficFill.FillAsync(server, calls);
        Say($"{calls} calls stored in {filled.TotalSeconds:0.0} s");
    }

    private static async Task WatchAsync(ConsolePages window, int port)
    {
        var load = new OpenLoop(LoadRequest.Chat(RequestBytes, key: HostProgram.AdminKey, model: "local/chat"));
        var running = load.RunAsync(port, CallsPerSecond, Connections, Watched + TimeSpan.FromSeconds(5));
        var seen = await window.WatchLogAsync(Watched);
        var result = await running;
        Say($"{result.PerSecond:0} calls a second answered, {result.Failures} failed, p50 {result.P50:0.0} ms");
        Say($"log page for {Watched.TotalSeconds:0} s: longest task {seen.LongestTask:0} ms (0 is under 50), longest time between frames {seen.LongestFrame:0} ms, {seen.Refreshes} refreshes, {seen.Rows} rows at most");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
