using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>An eval by the way that a user takes: made, run against a model, and compared, all through the gateway.</summary>
public abstract class EvalTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Criteria =
        """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"right","input":"{{ sample.output_text }}","reference":"{{ item.answer }}","operation":"eq"}]}""";

    private const string Source =
        """{"type":"file_content","content":[{"item":{"question":"one","answer":"yes"}},{"item":{"question":"two","answer":"no"}}]}""";

    private const string Messages =
        """{"type":"template","template":[{"role":"user","content":"{{ item.question }}"}]}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_model_is_run_logged_as_evaluation_and_compared_with_recorded_answers()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = "yes" };
        var eval = (await PostAsync(Http, "/v1/evals", Criteria)).GetProperty("id").GetString();
        var asked = await RunAsync(eval, $$"""{"type":"completions","model":"test/gpt-4o-mini","source":{{Source}},"input_messages":{{Messages}}}""");
        Assert.Equal(1, asked.GetProperty("result_counts").GetProperty("passed").GetInt32());
        Assert.Equal(2, ModelCalls.Count);

        var inference = await SampleAsync(eval, asked.GetProperty("id").GetString());
        var logged = JsonElement.Parse(await Eventually.GetAsync<string>(
            async token =>
            {
                using var response = await Http.GetAsync($"/v1/inferences/{inference}", token);
                return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(token) : null;
            },
            "the sample's call to be stored",
            Deadline));
        Assert.Equal("evaluation", logged.GetProperty("purpose").GetString());

        var replayed = await RunAsync(eval, $$"""{"type":"completions","model":"replay/source#answer","source":{{Source}}}""");
        var comparison = await PostAsync(
            Http, $"/v1/evals/{eval}/comparisons", $$"""{"baseline":"{{asked.GetProperty("id")}}","candidates":["{{replayed.GetProperty("id")}}"]}""");
        var result = comparison.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.Equal((2, "no_difference_shown"), (result.GetProperty("pairs").GetInt32(), result.GetProperty("verdict").GetString()));
        using var deleted = await Http.DeleteAsync($"/v1/evals/{eval}", Cancel);
        Assert.Equal(200, (int)deleted.StatusCode);
    }

    [Fact]
    public async Task A_run_that_ends_is_an_event()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        using var events = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var lines = new StreamReader(await events.Content.ReadAsStreamAsync(Cancel));
        var eval = (await PostAsync(Http, "/v1/evals", Criteria)).GetProperty("id").GetString();
        var run = (await RunAsync(eval, $$"""{"type":"completions","model":"replay/source#answer","source":{{Source}}}""")).GetProperty("id").GetString()!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Deadline);
        string? line;
        do
        {
            line = await lines.ReadLineAsync(patience.Token);
        }
        while (line is not null && !(line.StartsWith("data:", StringComparison.Ordinal) && line.Contains(run, StringComparison.Ordinal)));
        Assert.Contains("\"eval.run.succeeded\"", line, StringComparison.Ordinal);
    }

    /// <summary>OpenAI has it among fine-tuning's paths, which are another service's.</summary>
    [Fact]
    public async Task A_grader_is_tried_by_OpenAIs_contract()
    {
        const string Right = """{"type":"string_check","name":"right","input":"{{ sample.output_text }}","reference":"{{ item.answer }}","operation":"eq"}""";
        const string Grader = $$$"""{"type":"multi","name":"both","graders":{"right":{{{Right}}},"short":{"type":"javascript","name":"short","source":"const grade = sample => sample.output_text.length <= 3 ? 1 : 0"}},"calculate_output":"(right + short) / 2"}""";
        var valid = await PostAsync(Http, "/v1/fine_tuning/alpha/graders/validate", $$"""{"grader":{{Right}}}""");
        SharedContract.AssertKept("POST", "/fine_tuning/alpha/graders/validate", 200, valid.GetRawText());
        var result = await PostAsync(Http, "/v1/fine_tuning/alpha/graders/run", $$"""{"grader":{{Grader}},"item":{"answer":"no"},"model_sample":"yes"}""");
        SharedContract.AssertKept("POST", "/fine_tuning/alpha/graders/run", 200, result.GetRawText());
        Assert.Equal(0.5, result.GetProperty("reward").GetDouble());
    }

    private async Task<JsonElement> RunAsync(string? eval, string dataSource)
    {
        var id = (await PostAsync(Http, $"/v1/evals/{eval}/runs", $$"""{"data_source":{{dataSource}}}""")).GetProperty("id").GetString();
        JsonElement run = default;
        await Eventually.TrueAsync(
            async token =>
            {
                run = JsonElement.Parse(await Http.GetStringAsync($"/v1/evals/{eval}/runs/{id}", token));
                return run.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the run to end",
            Deadline);
        Assert.Equal("completed", run.GetProperty("status").GetString());
        return run;
    }

    private async Task<string?> SampleAsync(string? eval, string? run) =>
        JsonElement.Parse(await Http.GetStringAsync($"/v1/evals/{eval}/runs/{run}/output_items", Cancel))
            .GetProperty("data")[0].GetProperty("sample").GetProperty("inference_id").GetString();
}

[Collection<StandaloneShape>]
public sealed class EvalsInStandalone(StandaloneFixture fixture) : EvalTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class EvalsInServices(ServicesFixture fixture) : EvalTests(fixture.Gateway);
