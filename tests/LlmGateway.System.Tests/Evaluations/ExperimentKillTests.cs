using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Evaluations;

/// <summary>A canary survives the death of the process that decides on it: each step is taken, and none twice.</summary>
public sealed class ExperimentKillTests
{
    private const string Experiment = "/v1/experiments/kinder";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evaluation.experiment.decision.before")]
    [InlineData("evaluation.experiment.decision.after")]
    [InlineData("gateway.experiment.announced")]
    public async Task A_killed_canary_takes_each_step_once(string crashAt)
    {
        await using var gateway = await StandaloneProcess.StartAsync(
            (HostProcess.CrashAt, crashAt),
            ("Evaluation__Experiments__Interval", "00:00:00.200"),
            ("Evaluation__Leases__Duration", "00:00:02"),
            ("Evaluation__Leases__Heartbeat", "00:00:00.500"),
            ("Evaluation__Leases__Sweep", "00:00:00.200"));
        await PostAsync(gateway.Http, "/v1/experiments", """
            {
              "name": "kinder", "model": "test/gpt-4o-mini", "allocation": "canary", "steps": [0.5, 1], "min_units": 40, "guardrails": [],
              "variants": [{"name": "control"}, {"name": "kinder", "parameters": {"temperature": 0.2}}],
              "goal": {"metric": "helpful", "effect": 0.2}
            }
            """);

        await AskUntilItDiesAsync(gateway);
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();
        await Eventually.TrueAsync(
            async _ =>
            {
                await AskAsync(gateway.Http);
                return (await GetAsync(gateway.Http, Experiment)).GetProperty("status").GetString() == "promoted";
            },
            "the canary to be promoted",
            Deadline);

        var trail = (await GetAsync(gateway.Http, $"{Experiment}/events?order=asc")).GetProperty("data").EnumerateArray().Select(one => one.GetProperty("action").GetString()).ToList();
        Assert.Equal(("create", "promote"), (trail[0], trail[^1]));
        Assert.Equal(trail.Distinct(), trail);
    }

    private static async Task AskUntilItDiesAsync(StandaloneProcess gateway)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            while (!deadline.IsCancellationRequested)
            {
                await AskAsync(gateway.Http);
            }
        }
        catch (HttpRequestException)
        {
            // It died of its decision.
        }
    }

    /// <summary>A call, and what is said of its answer: the new variant pleases everybody, the present one nobody.</summary>
    private static async Task AskAsync(HttpClient http)
    {
        using var question = new StringContent("""{"model": "test/gpt-4o-mini", "messages": [{"role": "user", "content": "Where is my card?"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/v1/chat/completions", question, Cancel);
        answer.EnsureSuccessStatusCode();
        var id = answer.Headers.GetValues("x-llmgateway-inference-id").Single();
        var isKinder = answer.Headers.TryGetValues("x-llmgateway-variant", out var variants) && variants.Single() == "kinder";
        await PostAsync(http, "/v1/feedback", $$"""{"inference_id": "{{id}}", "metric": "helpful", "value": {{(isKinder ? "true" : "false")}}}""");
    }

    private static async Task PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(path, content, Cancel);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path) => JsonElement.Parse(await http.GetStringAsync(path, Cancel));
}
