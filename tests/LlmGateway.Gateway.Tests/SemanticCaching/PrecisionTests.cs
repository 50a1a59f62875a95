using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

/// <summary>A share of hits is asked again and judged; what that finds moves the threshold.</summary>
public sealed class PrecisionTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_partition_reports_how_many_of_its_judged_hits_were_right(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var cache = await on.MakeAsync(new { sample_share = 1 });
        on.Upstream.Script = Labels(angle => angle <= 10 ? "card" : "loan");
        await on.TeachAsync("a 0");
        await HitAsync(on, 4, 5);
        await HitAsync(on, 1, 15);
        await Eventually.TrueAsync(async _ => (await on.PartitionsAsync(cache))[0].GetProperty("hits").GetInt64() == 5, "hits to be counted");
        var partition = Assert.Single(await on.PartitionsAsync(cache));
        Assert.Equal((SemanticOn.Model, 1), (partition.GetProperty("model").GetString(), partition.GetProperty("entries").GetInt32()));
        var precision = partition.GetProperty("precision");
        Assert.Equal((5, 4), (precision.GetProperty("judged").GetInt32(), precision.GetProperty("right").GetInt32()));

        // Wilson's interval of 4 in 5.
        Assert.Equal(0.376, precision.GetProperty("low").GetDouble(), 0.001);
        Assert.Equal(0.964, precision.GetProperty("high").GetDouble(), 0.001);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_partition_whose_hits_are_wrong_too_often_tightens_by_itself_and_leaves_others_alone(Store store)
    {
        await using var on = await SemanticOn.StartAsync(store);
        var cache = await on.MakeAsync(new { sample_share = 1, min_threshold = 0.9 });
        on.Upstream.Script = Labels(angle => angle <= 5 ? "card" : "loan");
        await on.TeachAsync("a 0");
        await on.TeachAsync("a 0", new { temperature = 0.1 });
        await HitAsync(on, 15, 3);
        await HitAsync(on, 5, 15);
        await Eventually.TrueAsync(
            async _ => (await on.PartitionsAsync(cache)).Any(partition => partition.GetProperty("tightened").GetBoolean()), "the partition to tighten");
        var tightened = (await on.PartitionsAsync(cache)).Where(partition => partition.GetProperty("tightened").GetBoolean()).ToList();
        Assert.Single(tightened);
        Assert.True(tightened[0].GetProperty("threshold").GetDouble() > Math.Cos(15 * Math.PI / 180));
        Assert.True((await on.AskAsync("still 3")).IsSemantic);
        await Eventually.TrueAsync(
            async _ => !(await on.AskAsync("not any more 15", null, null, ("Cache-Control", "no-store"))).IsSemantic, "the tightened threshold to count");
        Assert.True((await on.AskAsync("elsewhere 15", new { temperature = 0.1 })).IsSemantic);
    }

    [Fact]
    public async Task Near_misses_are_judged_by_the_answers_they_got_and_loosen_the_threshold()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync(new { sample_share = 1, threshold = 0.999, min_threshold = 0.5, target_precision = 0.9 });
        using var checks = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.checks");
        on.Upstream.Script = Labels(_ => "card");
        await on.TeachAsync("a 0");
        for (var i = 1; i <= 40; i++)
        {
            await on.TeachAsync($"question {i * 8}");
        }

        await Eventually.TrueAsync(() => checks.Of("same", "near_miss") >= 39, "near misses to be judged");
        await Eventually.TrueAsync(
            async _ => (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}")).Body.GetProperty("tuned_threshold").ValueKind == JsonValueKind.Number,
            "the threshold to be tuned");
        Assert.Equal(41, on.Answered);

        // A question of its own each time: what was asked before is there as it is.
        var asked = 0;
        await Eventually.TrueAsync(async _ => (await on.AskAsync($"half way {4 + (8 * asked++)}")).IsSemantic, "the tuned threshold to count");
    }

    [Fact]
    public async Task Judging_ends_with_the_days_limit()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { sample_share = 1, max_checks_per_day = 2 });
        on.Upstream.Script = Labels(_ => "card");
        using var checks = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.checks");
        await on.TeachAsync("a 0");
        for (var i = 1; i <= 5; i++)
        {
            Assert.True((await on.AskAsync("b 5")).IsSemantic);
        }

        await Eventually.TrueAsync(() => checks.Of("capped") == 3, "three hits not to be judged");
        Assert.Equal((2, 3), (checks.Of("same"), on.Answered));
    }

    [Theory]
    [InlineData("YES", "same")]
    [InlineData("**No**, the amounts differ.", "different")]
    [InlineData("Perhaps", "unusable")]
    public async Task A_model_judges_where_answers_are_free_text(string verdict, string result)
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync(new { sample_share = 1, judge = new { type = "model", model = "test/judge" } });
        on.Upstream.Script = SemanticOn.Script with
        {
            Say = body => body.GetProperty("model").GetString() == "judge" ? verdict : $"words about {body.GetProperty("messages")}",
        };
        using var checks = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.checks");
        await on.TeachAsync("a 0");
        Assert.True((await on.AskAsync("b 5", new { stream = true })).IsSemantic);
        await Eventually.TrueAsync(() => checks.Of(result, "hit") == 1, "the hit to be judged");
        var asked = on.Upstream.Requests.Single(request => request.BodyText.Contains("\"judge\"", StringComparison.Ordinal)).Json.GetProperty("messages")[1].GetProperty("content").GetString();
        Assert.StartsWith("<question>b 5</question>", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_pairs_set_the_threshold_at_once()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync(new { threshold = 0.999, min_threshold = 0.5 });
        await on.TeachAsync("a 0");
        Assert.False((await on.AskAsync("b 10", null, null, ("Cache-Control", "no-store"))).IsSemantic);
        var pairs = Enumerable.Range(0, 100).Select(i => new { a = "x 0", b = $"y {10 + (i % 3)}", same = true })
            .Concat(Enumerable.Range(0, 20).Select(_ => new { a = "x 0", b = "z 30", same = false }));
        var (status, tuned) = await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", new { pairs });
        Assert.Equal((200, true, 120), (status, tuned.GetProperty("applied").GetBoolean(), tuned.GetProperty("pairs").GetInt32()));
        Assert.Equal((100, 100), (tuned.GetProperty("precision").GetProperty("judged").GetInt32(), tuned.GetProperty("precision").GetProperty("right").GetInt32()));
        Assert.Equal(Math.Cos(12 * Math.PI / 180), tuned.GetProperty("threshold").GetDouble(), 0.001);
        Assert.True((await on.AskAsync("b 10")).IsSemantic);
        Assert.False((await on.AskAsync("c 14", null, null, ("Cache-Control", "no-store"))).IsSemantic);

        // The pairs are recorded, and given ones take their place.
        Assert.Equal(120, (await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", new { })).Body.GetProperty("pairs").GetInt32());
        var (_, few) = await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", new { pairs = pairs.Take(5) });
        Assert.Equal((false, 5), (few.GetProperty("applied").GetBoolean(), few.GetProperty("pairs").GetInt32()));
        Assert.Contains("at least 73 pairs", few.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pairs":[]}""", "pairs")]
    [InlineData("""{"pairs":[{"a":"x","b":"y"}]}""", "pairs[0].same")]
    [InlineData("""{"pairs":[{"a":"x","b":"y","same":true},{"a":"","b":"y","same":true}]}""", "pairs[1].a")]
    public async Task Bad_pairs_are_refused_by_their_place(string body, string field)
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        var (status, answer) = await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", JsonElement.Parse(body));
        Assert.Equal((400, field), (status, answer.Param()));
    }

    /// <summary>A closed set of answers, by the angle of the question.</summary>
    private static UpstreamScript Labels(Func<int, string> labelOf) => SemanticOn.Script with
    {
        Say = body => labelOf(int.Parse(body.GetProperty("messages")[0].GetProperty("content").GetString()!.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)),
    };

    /// <summary>Asks questions that the cache answers, and waits until each is judged.</summary>
    private static async Task HitAsync(SemanticOn on, int count, int angle)
    {
        for (var i = 0; i < count; i++)
        {
            using var checks = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.checks");
            Assert.True((await on.AskAsync($"hit {angle}")).IsSemantic);
            await Eventually.TrueAsync(() => checks.Of("same") + checks.Of("different") == 1, "the hit to be judged");
        }
    }
}
