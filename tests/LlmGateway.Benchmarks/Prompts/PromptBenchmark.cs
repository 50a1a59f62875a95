using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LlmGateway.Benchmarks.Gateway;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>
/// What a managed prompt costs a request: the same request with its prompt in it and with a reference to it, one after the other
/// on one connection, so that what disturbs one disturbs the other; and how soon a deploy counts at another gateway.
/// </summary>
internal static class PromptBenchmark
{
    private const int Rounds = 5;
    private const int PerRound = 3000;
    private const int WarmUps = 3000;
    private const double Goal = 50;

    public static async Task<int> RunAsync()
    {
        await MeasureReferenceAsync();
        await DeployBenchmark.RunAsync();
        return RenderingBenchmark.Run();
    }

    private static async Task MeasureReferenceAsync()
    {
        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        await using var gateway = await InProcessGateway.StartAsync(new Uri(upstream.Url + "/v1"), ("Gateway:Providers:bench:BaseUrl", upstream.Url + "/v1"));
        var (literal, reference) = await PrepareAsync(gateway);
        using var connection = await RawConnection.OpenAsync(gateway.Http.BaseAddress!.Port);
        await RoundAsync(connection, literal, reference, WarmUps);
        var added = new Series();
        for (var round = 0; round < Rounds; round++)
        {
            var (plain, managed) = await RoundAsync(connection, literal, reference, PerRound);
            added.Add(managed - plain);
            Say($"round {round + 1}: p50 {plain:0.0} µs with the prompt in the request, {managed:0.0} µs by reference");
        }

        Say($"A reference to a prompt of 1 KB and 3 variables adds {added.Median:0.0} µs ({added.Least:0.0} to {added.Most:0.0}) at p50; goal {Goal} µs: {(added.Median <= Goal ? "met" : "MISSED")}");
    }

    /// <returns>Two requests that reach the provider as the same bytes, but for their order.</returns>
    private static async Task<(LoadRequest Literal, LoadRequest Reference)> PrepareAsync(InProcessGateway gateway)
    {
        var rest = new string('y', 900);
        await PostAsync(gateway, "/v1/prompts", new
        {
            name = "bench",
            model = "bench/fixed",
            messages = new[] { new { role = "system", content = $"You are {{{{ a }}}} and {{{{ b }}}} and {{{{ c }}}}. {rest}" } },
            variables = new[] { new { name = "a" }, new { name = "b" }, new { name = "c" } },
            parameters = new { temperature = 0 },
        });
        using var deployed = await gateway.Http.PutAsJsonAsync("/v1/prompts/bench/labels/production", new { version = 1 });
        deployed.EnsureSuccessStatusCode();
        const string User = """{"role":"user","content":"0000000000"}""";
        return (
            LoadRequest.Of($$"""{"model":"bench/fixed","temperature":0,"messages":[{"role":"system","content":"You are one and two and three. {{rest}}"},{{User}}]}""", stored: false),
            LoadRequest.Of($$$"""{"prompt":{"id":"bench","variables":{"a":"one","b":"two","c":"three"}},"messages":[{{{User}}}]}""", stored: false));
    }

    /// <returns>Medians in microseconds.</returns>
    private static async Task<(double Literal, double Reference)> RoundAsync(RawConnection connection, LoadRequest literal, LoadRequest reference, int count)
    {
        var (plain, managed) = (new List<double>(count), new List<double>(count));
        for (var index = 0; index < count; index++)
        {
            plain.Add(await ExchangeAsync(connection, literal));
            managed.Add(await ExchangeAsync(connection, reference));
        }

        return (Median(plain), Median(managed));
    }

    private static async Task<double> ExchangeAsync(RawConnection connection, LoadRequest request)
    {
        var bytes = request.Copy();
        request.Number(bytes, LoadNumbers.Next());
        var start = Stopwatch.GetTimestamp();
        connection.Send(bytes);
        var status = await connection.ReceiveAsync();
        return status == 200 ? Stopwatch.GetElapsedTime(start).TotalMicroseconds : throw new InvalidOperationException($"The gateway answered {status}.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task PostAsync(InProcessGateway gateway, string path, object body)
    {
        using var response = await gateway.Http.PostAsJsonAsync(path, body);
        response.EnsureSuccessStatusCode();
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
