using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// A gateway dies while it makes responses in the background: each ends once, with an answer that stays; a call is repeated at most
/// where its answer was not written yet, and the log has both.
/// </summary>
public sealed class BackgroundKillTests
{
    private const int Responses = 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly (string Name, string Value)[] Settings =
    [
        // Long enough for a busy machine: a lease that is lost for want of a heartbeat repeats calls as well.
        ("Gateway__Background__Leases__Duration", "00:00:10"),
        ("Gateway__Background__Leases__Heartbeat", "00:00:01"),
        ("Gateway__Background__Leases__Sweep", "00:00:00.500"),
        ("Gateway__Background__Leases__Workers", "1"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gateway.background.queued:20", true)]
    [InlineData("gateway.background.answered:1", true)]
    [InlineData("gateway.background.answered:10", true)]
    [InlineData("gateway.background.written:10", false)]
    public async Task Every_response_that_was_queued_ends_once(string crashAt, bool mayHaveLostTheLastAnswer)
    {
        await using var gateway = await StandaloneProcess.StartAsync([(HostProcess.CrashAt, crashAt), .. Settings]);
        // Nothing is answered until all are queued, or the process died of the last one.
        var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.Script = new UpstreamScript { BeforeHeaders = gone => queued.Task.WaitAsync(gone) };
        var ids = new List<string>();
        for (var number = 0; number < Responses && await TryQueueAsync(gateway, number) is { } id; number++)
        {
            ids.Add(id);
        }

        queued.SetResult();
        await gateway.WaitForExitAsync();
        Assert.InRange(ids.Count, Responses - 1, Responses);
        var before = CallsOf(gateway).Count;
        await gateway.RestartAsync();
        var ends = new Dictionary<string, JsonElement>();
        foreach (var id in ids)
        {
            ends[id] = await UntilEndedAsync(gateway, id);
        }

        Assert.All(ends.Values, response => Assert.Equal("completed", response.GetProperty("status").GetString()));

        // One whose id the death kept from its caller was queued as well: it is called too, at any moment.
        await Eventually.TrueAsync(() => CallsOf(gateway).Distinct().Count() == Responses, "every call", Deadline, Cancel);

        // One worker: at most the call whose answer was not written is made again, and of it the log has both.
        var (calls, repeatable) = (CallsOf(gateway), mayHaveLostTheLastAnswer ? 1 : 0);
        Assert.InRange(calls.Count, Responses, Responses + repeatable);
        Assert.True(before < Responses, "It was killed too late to show anything.");
        // One that had not reached its provider yet is accounted for as well.
        await AssertLoggedAsync(gateway, calls.Count, Responses + repeatable);
        foreach (var (id, response) in ends)
        {
            Assert.Equal(response.ToString(), (await GetAsync(gateway, $"/v1/responses/{id}")).ToString());
        }
    }

    [Fact]
    public async Task A_gateway_killed_in_the_midst_of_a_call_makes_it_again_and_accounts_for_both()
    {
        await using var gateway = await StandaloneProcess.StartAsync(Settings);
        gateway.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.HangInBody });
        var id = await TryQueueAsync(gateway, 0);
        await Eventually.TrueAsync(() => CallsOf(gateway).Count == 1, "the call", Deadline, Cancel);
        gateway.Kill();
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();
        Assert.Equal("completed", (await UntilEndedAsync(gateway, id!)).GetProperty("status").GetString());
        Assert.Equal(["r0", "r0"], CallsOf(gateway));
        var logged = await AssertLoggedAsync(gateway, 2, 2);
        Assert.Equal(["completed", "incomplete"], logged.Select(call => call.GetProperty("outcome").GetString()).Order());
    }

    private static async Task<JsonElement[]> AssertLoggedAsync(StandaloneProcess gateway, int least, int most)
    {
        JsonElement[] logged = [];
        await Eventually.TrueAsync(
            async _ => (logged = [.. (await GetAsync(gateway, "/v1/inferences?purpose=background&limit=100")).GetProperty("data").EnumerateArray()]).Length >= least,
            "the calls in the log", Deadline, Cancel);
        Assert.InRange(logged.Length, least, most);
        return logged;
    }

    private static List<string> CallsOf(StandaloneProcess gateway) =>
        [.. gateway.Upstream.Requests.Where(request => request.Method == "POST").Select(request => request.Json.GetProperty("input").GetString()!)];

    /// <returns>Null where the process died before it answered: then whether it was queued is open.</returns>
    private static async Task<string?> TryQueueAsync(StandaloneProcess gateway, int number)
    {
        try
        {
            using var response = await gateway.Http.PostAsJsonAsync("/v1/responses", new { model = RunningSystem.PricedModel, input = $"r{number}", background = true }, Cancel);
            return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<JsonElement> UntilEndedAsync(StandaloneProcess gateway, string id)
    {
        JsonElement response = default;
        await Eventually.TrueAsync(
            async _ => (response = await GetAsync(gateway, $"/v1/responses/{id}")).GetProperty("status").GetString() is not ("queued" or "in_progress"), "its end", Deadline, Cancel);
        return response;
    }

    private static async Task<JsonElement> GetAsync(StandaloneProcess gateway, string path) => await gateway.Http.GetFromJsonAsync<JsonElement>(path, Cancel);
}
