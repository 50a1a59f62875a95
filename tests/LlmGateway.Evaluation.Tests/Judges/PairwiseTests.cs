using System.Text.Json;

namespace LlmGateway.Evaluation.Tests.Judges;

/// <summary>A judge of pairs, in both orders.</summary>
public sealed class PairwiseTests : IAsyncLifetime
{
    private static readonly object Pair = new { type = "pairwise", name = "better", model = "judge", question = "{{ item.question }}", reference = "{{ item.other }}" };

    private JudgeHost _judge = null!;

    public async ValueTask InitializeAsync() => _judge = await JudgeHost.StartAsync();

    public ValueTask DisposeAsync() => _judge.DisposeAsync();

    [Fact]
    public async Task A_win_in_both_orders_is_one_a_loss_zero_and_a_contradiction_a_tie()
    {
        _judge.Says(
            Wins("first"), Wins("second"),
            Wins("second"), Wins("first"),
            Wins("first"), Wins("first"),
            Wins("tie"), Wins("tie"),
            """{"winner": null, "reason": "cannot tell"}""", Wins("first"),
            Wins("first"), Wins("left"), Wins("left"));
        var items = Enumerable.Range(0, 6).Select(index => (object)new { question = $"q{index}", answer = "mine", other = "theirs" }).ToArray();
        var results = await _judge.GradeAsync(Pair, items);
        Assert.Equal(["1", "0", "0.5", "0.5", "null", "null"], results.Select(result => result.GetProperty("score").GetRawText()));
        Assert.Equal("cannot tell", results[4].Text("reason"));
        Assert.Equal(JsonValueKind.Object, results[5].GetProperty("error").ValueKind);

        Assert.Equal(
            ["Question:\nq0\n\nFirst answer:\nmine\n\nSecond answer:\ntheirs", "Question:\nq0\n\nFirst answer:\ntheirs\n\nSecond answer:\nmine"], _judge.Questions().Take(2));
        var details = results[2].GetProperty("details");
        Assert.Equal((2, 2, false), (details.GetProperty("decided").GetInt32(), details.GetProperty("first_position_wins").GetInt32(), details.GetProperty("consistent").GetBoolean()));
        Assert.Equal(["sample", "reference"], details.GetProperty("orders").EnumerateArray().Select(order => order.Text("winner")));
    }

    [Fact]
    public async Task A_calibration_tells_that_a_judge_favours_what_stands_first()
    {
        _judge.Services.Model = request => (200, OtherServices.LastMessage(request).Contains("Second answer:\nbest", StringComparison.Ordinal) ? Wins("second") : Wins("first"));
        var eval = await _judge.Host.CreateEvalAsync(new[] { Pair });
        var items = Enumerable.Range(0, 12).Select(index => (object)new { question = $"q{index}", answer = index < 4 ? "best" : "mine", other = "theirs", human = index < 4 ? "yes" : "no" }).ToArray();
        var run = (await _judge.Host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items)))).Text("id");
        var made = await _judge.Host.Http.PostJsonAsync(
            $"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "better", human = new { type = "field", value = "{{ item.human }}" } });
        var bias = made.GetProperty("position_bias");
        Assert.Equal((24, 8), (bias.GetProperty("judgements").GetInt32(), bias.GetProperty("inconsistent").GetInt32()));
        Assert.Equal(20.0 / 24, bias.GetProperty("first_wins").GetProperty("value").GetDouble(), 1e-12);
        Assert.True(bias.GetProperty("first_wins").GetProperty("low").GetDouble() > 0.5);
        Assert.Equal(12, made.Text("version").Length);
    }

    private static string Wins(string place) => $$"""{"winner": "{{place}}"}""";
}
