using System.Net;
using System.Net.Http.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>How a model is asked by either API, and what graders see of its answer.</summary>
public sealed class SamplingTests : IAsyncLifetime
{
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
    public async Task Responses_are_asked_with_parameters_by_their_names()
    {
        _services.Model = _ => (200, """{"answer": {"value": "yes"}}""");
        object Check(string name, string input, string reference) => new { type = "string_check", name, input, reference, operation = "eq" };
        var eval = await _host.CreateEvalAsync(new[]
        {
            Check("json", "{{ sample.output_json.answer.value }}", "yes"),
            Check("tool", "{{ sample.output_tools[0].function.name }}", "look_up"),
            Check("reasoning", "{{ sample.output_reasoning_summary }}", "I thought of it."),
            Check("finish", "{{ sample.finish_reason }}", "tool_calls"),
        });
        var run = await _host.RunAsync(eval, Asked("responses", new
        {
            temperature = 0.5,
            top_p = 0.9,
            seed = 7,
            max_completion_tokens = 100,
            reasoning_effort = "low",
            tools = new[] { new { type = "function", name = "look_up", parameters = new { type = "object" } } },
            text = new { format = new { type = "json_object" } },
        }));
        Assert.Equal("""{"total":1,"errored":0,"failed":0,"passed":1,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        Assert.Equal(13, run.GetProperty("per_model_usage")[0].GetProperty("total_tokens").GetInt32());
        Assert.True(_services.Requests.TryDequeue(out var request));
        Assert.Equal(
            """{"model":"test/model","input":[{"role":"user","content":"one"}],"temperature":0.5,"top_p":0.9,"max_output_tokens":100,"reasoning":{"effort":"low"},"tools":[{"type":"function","name":"look_up","parameters":{"type":"object"}}],"text":{"format":{"type":"json_object"}}}""",
            request.GetRawText());
    }

    [Fact]
    public async Task Chat_completions_are_asked_with_theirs()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        await _host.RunAsync(eval, Asked("completions", new { seed = 7, max_completion_tokens = 100, reasoning_effort = "low", response_format = new { type = "json_object" } }));
        Assert.True(_services.Requests.TryDequeue(out var request));
        Assert.Equal(
            """{"model":"test/model","messages":[{"role":"user","content":"one"}],"seed":7,"max_completion_tokens":100,"reasoning_effort":"low","response_format":{"type":"json_object"}}""",
            request.GetRawText());
    }

    [Fact]
    public async Task Parameters_of_the_other_api_are_refused()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        foreach (var (type, parameters, param) in new (string, object, string)[]
        {
            ("responses", new { response_format = new { type = "text" } }, "response_format"),
            ("completions", new { text = new { format = new { type = "text" } } }, "text"),
            ("completions", new { tools = new[] { "look_up" } }, "tools[0]"),
            ("responses", new { max_completion_tokens = 0 }, "max_completion_tokens"),
        })
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = Asked(type, parameters) }).RefusedAsync();
            Assert.Equal((HttpStatusCode.BadRequest, $"data_source.sampling_params.{param}"), (refusal.Status, refusal.Param));
        }
    }

    private static object Asked(string type, object parameters) => new
    {
        type,
        model = "test/model",
        source = Criteria.Inline(new { question = "one" }),
        input_messages = new { type = "template", template = new[] { new { role = "user", content = "{{ item.question }}" } } },
        sampling_params = parameters,
    };
}
