using System.Text.Json;
using System.Xml.Linq;
using LlmGateway.Cli;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Cli;

/// <summary>The command line against the real service.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_run_and_its_gate_decides_the_exit_code()
    {
        foreach (var (field, code, verdict) in new[] { ("right", 0, "pass"), ("wrong", 1, "fail"), ("half", 2, "inconclusive") })
        {
            var (exit, output, error) = await RunAsync("run", Write($"{field}.json", field, gate: true), "--name", field);
            Assert.Equal((code, ""), (exit, exit == 3 ? error : ""));
            Assert.Contains($"gate: {verdict}", output, StringComparison.Ordinal);
            Assert.Contains("20 of 20 items, 0 with an error", error, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await RunAsync("run", Write("wrong.json", "wrong", gate: true), "--no-gate")).Code);

        // The same eval each time: its runs can be compared.
        Assert.Single((await _host.Http.GetJsonAsync("/v1/evals")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Runs_are_compared_by_their_names_in_every_form()
    {
        var eval = await RunBothAsync();
        Assert.Equal(1, (await RunAsync("compare", eval, "main", "branch")).Code);
        Assert.Equal(0, (await RunAsync("compare", "numbers", "branch", "main")).Code);

        var junit = XDocument.Parse((await RunAsync("compare", eval, "main", "branch", "--format", "junit")).Output);
        Assert.Equal("1", junit.Root!.Element("testsuite")!.Attribute("failures")!.Value);
        Assert.StartsWith("worse", junit.Descendants("failure").Single().Attribute("message")!.Value, StringComparison.Ordinal);

        var report = Path.Combine(_folder.Path, "report.md");
        Assert.Equal(("", ""), ((await RunAsync("compare", eval, "main", "branch", "--format", "markdown", "--output", report)).Output, ""));
        Assert.StartsWith("# 1 run compared with main", await File.ReadAllTextAsync(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_holds_a_run_against_a_baseline_by_name()
    {
        var eval = await RunBothAsync();
        var rules = Path.Combine(_folder.Path, "rules.json");
        await File.WriteAllTextAsync(rules, """{"gate": {"rules": [{"type": "non_inferiority", "margin": 0.1}, {"type": "errors", "at_most": 0}]}}""");
        var (code, output, _) = await RunAsync("gate", eval, "branch", "--rules", rules, "--baseline", "main", "--format", "json");
        var gate = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.Equal((1, "fail"), (code, gate.Text("verdict")));
        Assert.Equal(["fail", "pass"], gate.GetProperty("runs")[0].GetProperty("rules").EnumerateArray().Select(rule => rule.Text("verdict")));
    }

    [Fact]
    public async Task A_run_without_a_gate_is_shown_by_criterion_and_item()
    {
        var (code, output, _) = await RunAsync("run", Write("plain.json", "half", gate: false), "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("equal      10      10      0       0          0.5000", output, StringComparison.Ordinal);
        var suite = XDocument.Parse((await RunAsync("run", Write("plain.json", "half", gate: false), "--quiet", "-f", "junit")).Output).Root!.Element("testsuite")!;
        Assert.Equal(("20", "10"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
        Assert.Equal("equal: score 0 (answer: no)", suite.Descendants("failure").First().Attribute("message")!.Value);
    }

    [Fact]
    public async Task An_interrupted_command_cancels_its_run_and_says_so()
    {
        using var asked = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        using var interrupt = new CancellationTokenSource();
        _services.Model = _ =>
        {
            asked.Release();
            release.Wait(Deadline);
            return (200, "late");
        };
        await using var error = new StringWriter();
        string[] args = ["eval", "run", Write("slow.json", null, gate: false), "--base-url", $"{_host.Address}/v1", "--api-key", _host.Token("proj_a")];
        var running = CommandLine.RunAsync(args, TextWriter.Null, error, interrupt.Token);
        Assert.True(await asked.WaitAsync(Deadline));
        await interrupt.CancelAsync();

        Assert.Equal(3, await running.WaitAsync(Deadline));
        release.Set();
        var eval = (await _host.Http.GetJsonAsync("/v1/evals")).GetProperty("data")[0].Text("id");
        var run = (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs")).GetProperty("data")[0];
        Assert.Equal("canceled", run.Text("status"));
        Assert.Contains($"Interrupted; the run {run.Text("id")} is cancelled.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_on_the_error_stream_and_ends_with_three()
    {
        var broken = Path.Combine(_folder.Path, "broken.json");
        await File.WriteAllTextAsync(broken, "{");
        (string[] Args, string Words)[] cases =
        [
            (["run"], "'run'"),
            (["run", Path.Combine(_folder.Path, "none.json")], "none.json"),
            (["run", broken], "broken.json"),
            (["run", Write("model.json", "right", gate: false), "--model", "replay/"], "400"),
            (["run", Write("missing.json", "nowhere", gate: false)], "failed"),
            (["compare", "nameless", "main", "branch"], "named 'nameless'"),
            (["compare", "eval_none", "main", "branch"], "No eval found"),
            (["list", "--format", "pdf"], "pdf"),
        ];
        foreach (var (args, words) in cases)
        {
            var (code, output, error) = await RunAsync(args);
            Assert.Equal((3, ""), (code, output));
            Assert.Contains(words, error, StringComparison.Ordinal);
        }
    }

    private async Task<string> RunBothAsync()
    {
        await RunAsync("run", Write("both.json", "right", gate: false), "--name", "main");
        await RunAsync("run", Write("both.json", "wrong", gate: false), "--name", "branch");
        var (_, output, _) = await RunAsync("list", "--format", "json");
        return JsonSerializer.Deserialize<JsonElement>(output)[0].Text("id");
    }

    /// <summary>Twenty items of which a field of recorded answers is right, wrong or right for every other; without a field a model is asked.</summary>
    private string Write(string name, string? field, bool gate)
    {
        var path = Path.Combine(_folder.Path, name);
        var content = Enumerable.Range(0, 20).Select(item => new { item = new { answer = $"{item}", right = $"{item}", wrong = "no", half = item % 2 == 0 ? $"{item}" : "no" } });
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            name = "numbers",
            data_source_config = new { type = "custom", item_schema = new { type = "object" }, include_sample_schema = true },
            testing_criteria = new[] { Criteria.Equal() },
            run = new
            {
                data_source = new
                {
                    type = "completions",
                    model = field is null ? "local/chat" : $"replay/source#{field}",
                    source = new { type = "file_content", content },
                    input_messages = field is null ? new { type = "template", template = new[] { new { role = "user", content = "{{ item.answer }}" } } } : null,
                },
            },
            gate = gate ? new { rules = new[] { new { type = "cutoff", at_least = 0.6 } } } : null,
        }));
        return path;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["eval", .. args, "--base-url", $"{_host.Address}/v1", "--api-key", _host.Token("proj_a")], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
