using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Sampling;

/// <summary>Examples and passages of a dataset in a run's prompts.</summary>
public sealed class PromptBlockTests : IAsyncLifetime
{
    private const string Questions = """
        {"id": "e1", "input": "How do I lock my stolen card?", "reference": "lost_card"}
        {"id": "e2", "input": "What is the exchange rate today?", "reference": "exchange_rate"}
        {"id": "e3", "input": "The exchange rate at the weekend", "reference": "exchange_rate"}
        {"id": "e4", "input": "What's the EXCHANGE rate for euros", "reference": "exchange_rate"}
        {"id": "e5", "input": "An unanswered question about the exchange rate"}
        """;

    private const string Passages = """
        {"id": "p1", "input": "Paris is the capital of France."}
        {"id": "p2", "input": {"title": "Berlin", "text": "Berlin is the capital of Germany."}}
        {"id": "p3", "input": {"messages": [{"role": "user", "content": "Rome lies on the Tiber."}]}}
        """;

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
        Add("ds_q", Questions);
        Add("ds_p", Passages);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_nearest_examples_stand_before_the_question_and_are_asked_as_it_is()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        await _host.RunAsync(eval, Run("{{ item.input }}", new { input = "Whats the exchange rate for euros?", answer = "yes" }, new { few_shot = new { dataset_id = "ds_q", k = 2 } }));

        // e4 says the same as the item, e5 has no answer; the likest of the others stands last.
        Assert.Equal(
            ["user: Q: The exchange rate at the weekend", "assistant: exchange_rate", "user: Q: What is the exchange rate today?", "assistant: exchange_rate", "user: Q: Whats the exchange rate for euros?"],
            Asked());
    }

    [Fact]
    public async Task Balanced_examples_take_from_each_reference_and_first_ones_keep_their_order()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        await _host.RunAsync(eval, Run("{{ item.question }}", new { question = "exchange rate", answer = "yes" }, new { few_shot = new { dataset_id = "ds_q", k = 2, balanced = true } }));
        Assert.Equal(["assistant: lost_card", "assistant: exchange_rate"], Asked().Where(message => message.StartsWith("assistant", StringComparison.Ordinal)));

        await _host.RunAsync(eval, Run("{{ item.question }}", new { question = "exchange rate", answer = "yes" }, new { few_shot = new { dataset_id = "ds_q", k = 2, selection = "first" } }));
        Assert.Equal(["user: How do I lock my stolen card?", "assistant: lost_card", "user: What is the exchange rate today?"], Asked().Take(3));
    }

    [Fact]
    public async Task Retrieved_passages_are_marked_in_the_prompt_and_kept_with_the_sample()
    {
        var eval = await _host.CreateEvalAsync(new[] { new { type = "string_check", name = "best", input = "{{ sample.retrieved[0].id }}", reference = "{{ item.gold }}", operation = "eq" } });
        var run = await _host.RunAsync(eval, Run("{{ item.question }}", new { question = "What is the capital of Germany?", gold = "p2" }, new { context = new { dataset_id = "ds_p", k = 2, query = "{{ item.question }}" } }));
        Assert.Equal(["user: Context:\n\nSource [1]: Berlin is the capital of Germany.\n\nSource [2]: Paris is the capital of France.\n\nQuestion:\nQ: What is the capital of Germany?"], Asked());
        Assert.Equal(1, run.GetProperty("result_counts").GetProperty("passed").GetInt32());
        var retrieved = (await _host.ItemsAsync(eval, run.Text("id")))[0].GetProperty("sample").GetProperty("retrieved");
        Assert.Equal(["p2", "p1"], retrieved.EnumerateArray().Select(passage => passage.Text("id")));
        var (first, second) = (retrieved[0].GetProperty("score").GetDouble(), retrieved[1].GetProperty("score").GetDouble());
        Assert.True(first > second && second > 0);

        await _host.RunAsync(eval, Run("{{ item.question }}", new { question = "What is the capital of Germany?", gold = "p2" }, new { context = new { dataset_id = "ds_p", k = 2, min_score = (first + second) / 2 } }));
        Assert.DoesNotContain("Paris", Asked().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_pinned_to_the_versions_that_its_blocks_had()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var run = await _host.RunAsync(eval, Run("{{ item.question }}", new { question = "q", answer = "yes" }, new { few_shot = new { dataset_id = "ds_q", k = 1 }, context = new { dataset_id = "ds_p", k = 1 } }));
        var source = run.GetProperty("data_source");
        Assert.Equal(("ds_q-v7", "ds_p-v7"), (source.GetProperty("few_shot").Text("version"), source.GetProperty("context").Text("version")));
        Assert.Equal("completed", run.Text("status"));
    }

    [Fact]
    public async Task Blocks_that_cannot_be_are_refused_with_their_field()
    {
        var eval = await _host.CreateEvalAsync(
            new[] { Criteria.Equal("{{ item.question }}") }, new { type = "object", properties = new { question = new { type = "string" } } });
        var item = new { question = "q" };
        foreach (var (blocks, param) in new (object, string)[]
        {
            (new { few_shot = new { dataset_id = "ds_q", k = 0 } }, "data_source.few_shot.k"),
            (new { few_shot = new { dataset_id = "ds_none", k = 1 } }, "data_source.few_shot.dataset_id"),
            (new { few_shot = new { dataset_id = "ds_q", k = 1, selection = "best" } }, "data_source.few_shot.selection"),
            (new { context = new { dataset_id = "ds_p", k = 1, query = "{{ item.unknown }}" } }, "data_source.context.query"),
            (new { context = new { k = 1 } }, "data_source.context.dataset_id"),
        })
        {
            var refused = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = Run("{{ item.question }}", item, blocks) }).RefusedAsync();
            Assert.Equal(param, refused.Param);
            Assert.True(refused.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
        }

        var replay = new { type = "completions", model = "replay/source#question", source = Criteria.Inline(item), few_shot = new { dataset_id = "ds_q", k = 1 } };
        Assert.Equal("data_source.few_shot", (await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = replay }).RefusedAsync()).Param);
        Assert.Empty((await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray());
    }

    private static Dictionary<string, object> Run(string message, object item, object blocks)
    {
        var run = JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(blocks))!;
        run["type"] = "completions";
        run["model"] = "test/model";
        run["source"] = Criteria.Inline(item);
        run["input_messages"] = new { type = "template", template = new[] { new { role = "user", content = $"Q: {message}" } } };
        return run;
    }

    /// <summary>The last request's messages.</summary>
    private List<string> Asked() =>
        [.. _services.Requests.Last().GetProperty("messages").EnumerateArray().Select(message => $"{message.Text("role")}: {message.Text("content")}")];

    private void Add(string id, string lines) => _services.Datasets[$"{id}/latest/"] = _services.Datasets[$"{id}/{id}-v7/"] = lines;
}
