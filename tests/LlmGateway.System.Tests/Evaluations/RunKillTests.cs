using System.Text;
using System.Text.Json;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>A run survives the death of its worker: what was finished stays, the rest is done, and nothing is done twice over.</summary>
public sealed class RunKillTests(RunKillTests.ShortLeases services) : IClassFixture<RunKillTests.ShortLeases>
{
    private const int Items = 300;
    private const int BatchSize = 20;
    private const int Workers = 4;

    private static readonly (string Name, string Value)[] Settings =
    [
        ("Evaluation__BatchSize", $"{BatchSize}"),
        ("Evaluation__Leases__Workers", $"{Workers}"),
        // Long enough for a busy machine: a lease that is lost for want of a heartbeat repeats calls as well.
        ("Evaluation__Leases__Duration", "00:00:10"),
        ("Evaluation__Leases__Heartbeat", "00:00:01"),
        ("Evaluation__Leases__Sweep", "00:00:00.500"),
    ];

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("evaluation.run.loaded")]
    [InlineData("evaluation.batch.after:5")]
    [InlineData("evaluation.batch.finished:3")]
    [InlineData("evaluation.run.ended")]
    public async Task A_killed_run_goes_on_from_its_finished_items(string crashAt)
    {
        await using var gateway = await StandaloneProcess.StartAsync([(HostProcess.CrashAt, crashAt), .. Settings]);
        var runs = await StartAsync(gateway.Http);
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();
        await AssertDoneOnceAsync(gateway, runs);
    }

    [Theory]
    [InlineData("evaluation.run.loaded")]
    [InlineData("evaluation.batch.after:5")]
    [InlineData("evaluation.batch.finished:3")]
    [InlineData("evaluation.run.ended")]
    public async Task So_it_does_in_a_server_and_its_end_is_published_once_there_is_a_worker_again(string crashAt)
    {
        var system = services.Gateway;
        system.Upstream.Forget();
        var worker = system.ProcessesOf(ResourceNames.Evaluation).Single();
        await worker.StartAgainAsync(crashAt);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        using var events = await system.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var runs = await StartAsync(system.Http);
        await worker.WaitForExitAsync();
        await worker.StartAgainAsync();
        var run = await AssertDoneOnceAsync(system, runs);
        using var lines = new StreamReader(await events.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(Deadline);
        string? line;
        do
        {
            line = await lines.ReadLineAsync(patience.Token);
        }
        while (line is not null && !line.Contains(run, StringComparison.Ordinal));
        Assert.Contains("eval.run.succeeded", line, StringComparison.Ordinal);
    }

    /// <returns>The path of the eval's runs, of which there is one.</returns>
    private static async Task<string> StartAsync(HttpClient http)
    {
        var eval = (await PostAsync(http, "/v1/evals", """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"any","input":"{{ sample.output_text }}","reference":"","operation":"like"}]}""")).GetProperty("id").GetString();
        await FatalCall.PostAsync(http, $"/v1/evals/{eval}/runs", Request());
        return $"/v1/evals/{eval}/runs";
    }

    /// <returns>The run's id.</returns>
    private static async Task<string> AssertDoneOnceAsync(RunningSystem gateway, string runs)
    {
        var run = await FatalCall.MadeAsync(gateway.Http, runs);
        var ended = await EndedAsync(gateway, $"{runs}/{run}");
        Assert.Equal("completed", ended.GetProperty("status").GetString());
        Assert.Equal($$"""{"total":{{Items}},"errored":0,"failed":0,"passed":{{Items}},"abstained":0}""", ended.GetProperty("result_counts").GetRawText());
        Assert.Equal(Items, ended.GetProperty("per_model_usage")[0].GetProperty("invocation_count").GetInt32());
        // What was asked and not yet written is asked again: at most the batches that were in the works.
        Assert.InRange(gateway.Upstream.Requests.Count(request => request.Method == "POST"), Items, Items + (Workers * BatchSize));
        return run;
    }

    private static string Request()
    {
        const string messages = """{"type":"template","template":[{"role":"user","content":"{{ item.question }}"}]}""";
        var content = string.Join(',', Enumerable.Range(0, Items).Select(item => $$$"""{"item":{"question":"question {{{item}}}"}}"""));
        return $$$"""{"data_source":{"type":"completions","model":"test/gpt-4o-mini","source":{"type":"file_content","content":[{{{content}}}]},"input_messages":{{{messages}}} }}""";
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> EndedAsync(RunningSystem gateway, string path)
    {
        JsonElement run = default;
        await Eventually.TrueAsync(
            async token =>
            {
                run = JsonElement.Parse(await gateway.Http.GetStringAsync(path, token));
                return run.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the run to end",
            Deadline);
        return run;
    }

    public sealed class ShortLeases : ServicesFixture
    {
        protected override (string Name, string Value)[] Settings => RunKillTests.Settings;
    }
}
