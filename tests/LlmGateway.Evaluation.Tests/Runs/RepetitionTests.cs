using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>Items that are sampled several times.</summary>
public sealed class RepetitionTests : IAsyncLifetime
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
    public async Task Each_item_is_sampled_as_often_and_no_sample_is_anothers_from_the_cache()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Sampled(3, new { question = "one" }, new { question = "two" }));
        Assert.Equal((6, 6), (run.GetProperty("result_counts").GetProperty("total").GetInt32(), run.GetProperty("result_counts").GetProperty("passed").GetInt32()));
        Assert.Equal(["", "", "repetition-1", "repetition-1", "repetition-2", "repetition-2"], _services.CacheNamespaces.Order());

        var path = $"/v1/evals/{eval}/runs/{run.Text("id")}/output_items";
        var items = await _host.ItemsAsync(eval, run.Text("id"));
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)], items.Select(Place));
        var second = await _host.Http.GetJsonAsync($"{path}?limit=2&after={items[1].Text("id")}");
        Assert.Equal([(0, 2), (1, 0)], second.GetProperty("data").EnumerateArray().Select(Place));
    }

    [Fact]
    public async Task The_chances_of_k_samples_follow_from_those_that_passed()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        object Item(params string[] answers) => new { answers };
        var source = Criteria.Inline(Item("yes", "yes", "yes", "yes", "yes"), Item("yes", "no", "yes", "no", "no"), Item("no", "no", "no", "no", "no"));
        var run = await _host.RunAsync(eval, new { type = "completions", model = "replay/source#answers", source, repetitions = 5 });
        Assert.Equal("""{"total":15,"errored":0,"failed":8,"passed":7,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        foreach (var repetitions in new[] { run.GetProperty("repetitions"), run.GetProperty("per_testing_criteria_results")[0].GetProperty("repetitions") })
        {
            // 5, 2 and 0 of 5 passed: 1 − C(3,2)/C(5,2) = .7 and C(2,2)/C(5,2) = .1 for the item in the middle and k = 2.
            AssertNear([1.4 / 3, 1.7 / 3, 1.9 / 3, 2.0 / 3, 2.0 / 3], repetitions.GetProperty("pass_at_k"));
            AssertNear([1.4 / 3, 1.1 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3], repetitions.GetProperty("pass_hat_k"));
            Assert.Equal(0.1, repetitions.GetProperty("variance_within_items").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public async Task Samples_that_could_not_be_had_are_left_out_of_the_chances()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var source = Criteria.Inline(new { answers = new[] { "yes" } }, new { answers = new[] { "yes", "no" } });
        var run = await _host.RunAsync(eval, new { type = "completions", model = "replay/source#answers", source, repetitions = 2 });
        Assert.Equal(1, run.GetProperty("result_counts").GetProperty("errored").GetInt32());
        AssertNear([0.75, 1], run.GetProperty("repetitions").GetProperty("pass_at_k"));
    }

    [Fact]
    public async Task Only_what_is_sampled_can_be_sampled_again()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        foreach (var (source, param) in new[] { (Sampled(33, new { question = "one" }), "data_source.repetitions"), (new { type = "jsonl", source = Criteria.Inline(new { a = 1 }), repetitions = 2 }, "data_source.repetitions") })
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = source }).RefusedAsync();
            Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
        }
    }

    private static void AssertNear(double[] expected, JsonElement actual)
    {
        Assert.Equal(expected.Length, actual.GetArrayLength());
        Assert.All(expected.Zip(actual.EnumerateArray()), pair => Assert.Equal(pair.First, pair.Second.GetDouble(), 1e-9));
    }

    private static object Sampled(int repetitions, params object[] items) => new
    {
        type = "completions",
        model = "test/model",
        source = Criteria.Inline(items),
        input_messages = new { type = "template", template = new[] { new { role = "user", content = "{{ item.question }}" } } },
        repetitions,
    };

    private static (int Item, int Repetition) Place(JsonElement item) =>
        (item.GetProperty("datasource_item_id").GetInt32(), item.GetProperty("repetition").GetInt32());
}
