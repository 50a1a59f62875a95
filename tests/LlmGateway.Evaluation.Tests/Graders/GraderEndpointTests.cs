using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Service;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.Evaluation.Tests.Graders;

/// <summary>Graders tried on a sample, by OpenAI's API.</summary>
public sealed class GraderEndpointTests : IAsyncLifetime
{
    private const string Run = "/v1/fine_tuning/alpha/graders/run";
    private const string Validate = "/v1/fine_tuning/alpha/graders/validate";

    private static readonly object Exact = new { type = "string_check", name = "exact", input = "{{ sample.output_text }}", reference = "{{ item.answer }}", operation = "eq" };

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
    public async Task A_grader_of_graders_tells_each_reward_and_what_its_judge_used()
    {
        _services.Model = _ => (200, """{"reason": "fine", "score": 0.5}""");
        var result = await RunAsync(new
        {
            type = "multi",
            name = "both",
            graders = new { exact = Exact, judge = Criteria.Judge() },
            calculate_output = "0.5 * exact + 0.5 * judge",
        });
        Assert.Equal(0.75, result.GetProperty("reward").GetDouble());
        Assert.Equal("""{"exact":1,"judge":0.5}""", result.GetProperty("sub_rewards").GetRawText());
        var metadata = result.GetProperty("metadata");
        Assert.Equal(("both", "multi", 13), (metadata.Text("name"), metadata.Text("type"), metadata.GetProperty("token_usage").GetInt32()));
        Assert.Equal("""{"both":0.75}""", metadata.GetProperty("scores").GetRawText());
        Assert.Equal("""{"judge":{"prompt_tokens":10,"completion_tokens":3,"total_tokens":13}}""", result.GetProperty("model_grader_token_usage_per_model").GetRawText());
        Assert.DoesNotContain(metadata.GetProperty("errors").EnumerateObject(), error => error.Value.ValueKind == JsonValueKind.True);
    }

    public static TheoryData<object, string> Failing() => new()
    {
        { new { type = "string_check", name = "x", input = "{{ item.missing }}", reference = "a", operation = "eq" }, "invalid_variable_error" },
        { new { type = "string_check", name = "x", input = "{{ sample.output_json.a }}", reference = "a", operation = "eq" }, "sample_parse_error" },
        { new { type = "javascript", name = "x", source = "function grade() { throw 1; }" }, "other_error" },
        { Criteria.Judge(), "model_grader_parse_error" },
        { new { type = "multi", name = "m", graders = new { j = Criteria.Judge() }, calculate_output = "j" }, "model_grader_parse_error" },
        { Criteria.Judge("refused"), "model_grader_server_error" },
    };

    [Theory]
    [MemberData(nameof(Failing), DisableDiscoveryEnumeration = true)]
    public async Task What_goes_wrong_is_a_reward_of_0_with_its_flag(object grader, string flag)
    {
        _services.Model = request => request.Text("model") == "refused" ? (400, "This prompt is refused.") : (200, "seven of ten");
        var result = await RunAsync(grader);
        Assert.Equal(0, result.GetProperty("reward").GetDouble());
        var metadata = result.GetProperty("metadata");
        Assert.Equal([flag], metadata.GetProperty("errors").EnumerateObject().Where(error => error.Value.ValueKind == JsonValueKind.True).Select(error => error.Name));
        Assert.Equal(JsonValueKind.Null, metadata.GetProperty("scores").EnumerateObject().Single().Value.ValueKind);
    }

    [Fact]
    public async Task An_abstention_has_no_flag_and_no_score()
    {
        var metadata = (await RunAsync(new { type = "latency", name = "speed", max_ms = 100 })).GetProperty("metadata");
        Assert.Equal("""{"speed":null}""", metadata.GetProperty("scores").GetRawText());
        Assert.Equal("The sample's latency_ms is unknown.", metadata.Text("reason"));
    }

    [Fact]
    public async Task A_good_grader_is_given_back_and_a_bad_one_refused()
    {
        var valid = await _host.Http.PostJsonAsync(Validate, new { grader = Exact });
        AssertKept("/fine_tuning/alpha/graders/validate", valid);
        Assert.Equal("exact", valid.GetProperty("grader").Text("name"));
        var refusal = await _host.Http.PostAsJsonAsync(Validate, new { grader = new { type = "regex", name = "x", pattern = "(" } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "grader.pattern"), (refusal.Status, refusal.Param));
        refusal = await _host.Http.PostAsJsonAsync(Run, new { grader = Exact }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "model_sample"), (refusal.Status, refusal.Param));
    }

    [Fact]
    public async Task A_key_for_data_alone_calls_no_model()
    {
        var refusal = await _host.For("proj_a", Scopes.Data).PostAsJsonAsync(Run, new { grader = Criteria.Judge(), model_sample = "x" }).RefusedAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refusal.Status);
        Assert.Empty(_services.Requests);
    }

    private async Task<JsonElement> RunAsync(object grader)
    {
        var result = await _host.Http.PostJsonAsync(Run, new { grader, item = new { answer = "yes" }, model_sample = "yes" });
        AssertKept("/fine_tuning/alpha/graders/run", result);
        return result;
    }

    /// <summary>By OpenAI's document, where it is here.</summary>
    private static void AssertKept(string path, JsonElement answer)
    {
        if (OpenApiContract.TryLoad(out var contract, out _))
        {
            Assert.Empty(contract.Errors("POST", path, 200, answer.GetRawText()));
        }
    }
}
