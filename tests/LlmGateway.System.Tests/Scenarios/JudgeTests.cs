using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>Judges through the gateway: a model that answers well, and the local one, which is none.</summary>
public abstract class JudgeTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Ask = """[{"role":"user","content":"Is \"{{ sample.output_text }}\" a good answer?"}]""";

    private const string Source =
        """{"type":"file_content","content":[{"item":{"answer":"yes","human":1}},{"item":{"answer":"no","human":0}},{"item":{"answer":"perhaps","human":1}}]}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_the_local_model_says_as_a_judge_is_an_error_and_not_a_number()
    {
        var criteria = $$$"""
            [
              {"type":"score_model","name":"score","model":"local/chat","input":{{{Ask}}}},
              {"type":"label_model","name":"label","model":"local/chat","input":{{{Ask}}},"labels":["good","bad"],"passing_labels":["good"]},
              {"type":"pairwise","name":"pair","model":"local/chat","reference":"{{ item.answer }}"},
              {"type":"rubric","name":"rubric","model":"local/chat","input":{{{Ask}}},"rubric":[{"name":"short","description":"It is short."}]},
              {"type":"faithfulness","name":"faithful","model":"local/chat","contexts":["The answer is yes."]}
            ]
            """;
        var (eval, run) = await RunAsync(criteria);
        Assert.Equal(3, run.GetProperty("result_counts").GetProperty("errored").GetInt32());
        foreach (var criterion in run.GetProperty("per_testing_criteria_results").EnumerateArray())
        {
            Assert.Equal((3, JsonValueKind.Null), (criterion.GetProperty("errored").GetInt32(), criterion.GetProperty("mean_score").ValueKind));
        }

        using var refused = await Http.PostAsync($"/v1/evals/{eval}/calibrations", Calibration(run, "score"), Cancel);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("0 have no label, 3 errors", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_votes_past_the_cache_and_is_measured_against_people()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = """{"reason":"fine","label":"good"}""" };
        var criteria = $$"""
            [{"type":"label_model","name":"judge","model":"test/gpt-4o-mini","votes":3,"sampling_params":{"temperature":0},"input":{{Ask}},"labels":["good","bad"],"passing_labels":["good"]}]
            """;
        var (eval, run) = await RunAsync(criteria);
        Assert.Equal(9, ModelCalls.Count);
        var calibration = await PostAsync(Http, $"/v1/evals/{eval}/calibrations", await Calibration(run, "judge").ReadAsStringAsync(Cancel));
        Assert.Equal((3, 2), (calibration.GetProperty("n").GetInt32(), calibration.GetProperty("confusion").GetProperty("true_positive").GetInt32()));
        Assert.Equal(0, calibration.GetProperty("kappa").GetProperty("value").GetDouble());
        Assert.False(calibration.GetProperty("usable_as_gate").GetBoolean());
    }

    [Fact]
    public async Task A_judge_is_measured_against_what_a_reviewer_says_in_a_queue()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = """{"label":"good"}""" };
        var (eval, run) = await RunAsync(
            $$"""[{"type":"label_model","name":"judge","model":"test/gpt-4o-mini","input":{{Ask}},"labels":["good","bad"],"passing_labels":["good"]}]""");
        var queue = (await PostAsync(Http, "/v1/annotation_queues", """{"name":"answers","return_type":{"type":"categorical","options":["fine","wrong"]}}""")).GetProperty("id").GetString();
        await PostAsync(
            Http, $"/v1/annotation_queues/{queue}/items", $$$"""{"source":{"type":"eval_run","eval_id":"{{{eval}}}","run_id":"{{{run.GetProperty("id")}}}","status":"pass"}}""");
        foreach (var answer in (string[])["fine", "wrong"])
        {
            var next = (await PostAsync(Http, $"/v1/annotation_queues/{queue}/next", """{"reviewer":"ada"}""")).GetProperty("item").GetProperty("id").GetString();
            await PostAsync(Http, $"/v1/annotation_queues/{queue}/items/{next}/submit", $$"""{"reviewer":"ada","value":"{{answer}}"}""");
        }

        var calibration = await PostAsync(Http, $"/v1/evals/{eval}/calibrations", $$$"""
            {"run_id":"{{{run.GetProperty("id")}}}","testing_criterion":"judge","human":{"type":"annotation_queue","id":"{{{queue}}}","passing_labels":["fine"]}}
            """);
        Assert.Equal((2, 1), (calibration.GetProperty("n").GetInt32(), calibration.GetProperty("left_out").GetProperty("unlabelled").GetInt32()));
        Assert.Equal(1, calibration.GetProperty("confusion").GetProperty("false_positive").GetInt32());
    }

    private static StringContent Calibration(JsonElement run, string criterion) => Json(
        $$$"""{"run_id":"{{{run.GetProperty("id")}}}","testing_criterion":"{{{criterion}}}","human":{"type":"field","value":"{{ item.human }}"}}""");

    private async Task<(string? Eval, JsonElement Run)> RunAsync(string criteria)
    {
        var eval = (await PostAsync(
            Http, "/v1/evals", $$"""{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":{{criteria}}}""")).GetProperty("id").GetString();
        var id = (await PostAsync(
            Http, $"/v1/evals/{eval}/runs", $$$"""{"data_source":{"type":"completions","model":"replay/source#answer","source":{{{Source}}}}}""")).GetProperty("id").GetString();
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
        return (eval, run);
    }
}

[Collection<StandaloneShape>]
public sealed class JudgesInStandalone(StandaloneFixture fixture) : JudgeTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class JudgesInServices(ServicesFixture fixture) : JudgeTests(fixture.Gateway);
