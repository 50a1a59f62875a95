namespace LlmGateway.Evaluation.Tests.Graders;

/// <summary>Graders that only compare: regex, numeric, token_f1, latency, cost, retrieval, classification.</summary>
public sealed class CodeGraderTests
{
    [Theory]
    [InlineData("""{"type":"regex","pattern":"^[A-Z]{2}\\d+$"}""", "AB12", 1)]
    [InlineData("""{"type":"regex","pattern":"^[A-Z]{2}\\d+$"}""", "ab12", 0)]
    [InlineData("""{"type":"regex","pattern":"^[A-Z]{2}\\d+$","ignore_case":true}""", "ab12", 1)]
    [InlineData("""{"type":"regex","pattern":"sorry","operation":"not_match"}""", "I am sorry", 0)]
    [InlineData("""{"type":"regex","pattern":"(a+)+b"}""", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", 0)]
    [InlineData("""{"type":"numeric","reference":"#### 18"}""", "She makes 9 * 2 = $18 every day.\n#### 18", 1)]
    [InlineData("""{"type":"numeric","reference":1234.5}""", "It is 1,234.50.", 1)]
    [InlineData("""{"type":"numeric","reference":"0.333","absolute_tolerance":0.001}""", "about 1/3", 1)]
    [InlineData("""{"type":"numeric","reference":200,"relative_tolerance":0.01}""", "202", 1)]
    [InlineData("""{"type":"numeric","reference":200,"relative_tolerance":0.01}""", "203", 0)]
    [InlineData("""{"type":"numeric","reference":45,"take":"first"}""", "45% of 60", 1)]
    [InlineData("""{"type":"numeric","reference":18}""", "I do not know", 0)]
    [InlineData("""{"type":"token_f1","reference":["the Eiffel Tower","x"]}""", "Eiffel tower in Paris", 2 / 3.0)]
    [InlineData("""{"type":"text_similarity","input":"{{ sample.output_text }}","reference":"sitting","evaluation_metric":"levenshtein","pass_threshold":0.5}""", "kitten", 4 / 7.0)]
    [InlineData("""{"type":"text_similarity","input":"{{ sample.output_text }}","reference":"ab","evaluation_metric":"chrf","pass_threshold":0.5}""", "aa", 0.25)]
    [InlineData("""{"type":"text_similarity","input":"{{ sample.output_text }}","reference":"the dog runs","evaluation_metric":"rouge_1","pass_threshold":0.5}""", "dogs running", 0)]
    [InlineData("""{"type":"text_similarity","input":"{{ sample.output_text }}","reference":"the dog runs","evaluation_metric":"rouge_1","stemming":true,"pass_threshold":0.5}""", "dogs running", 4 / 5.0)]
    public async Task Each_gives_the_score_that_is_worked_by_hand(string grader, string output, double score)
    {
        var grade = await Grading.JudgeAsync(grader, output);
        Assert.Null(grade.Error);
        Assert.Equal(score, grade.Score!.Value, 1e-9);
    }

    [Fact]
    public async Task A_reference_without_a_number_is_the_items_error() =>
        Assert.Equal("The reference has no number.", (await Grading.JudgeAsync("""{"type":"numeric","reference":"{{ item.answer }}"}""", "18", """{"answer":"many"}""")).Error);

    [Theory]
    [InlineData("""{"type":"regex","pattern":"(?=a)"}""", "testing_criteria[0].pattern", "cannot be used")]
    [InlineData("""{"type":"regex","pattern":"("}""", "testing_criteria[0].pattern", "cannot be used")]
    [InlineData("""{"type":"numeric","reference":1,"relative_tolerance":2}""", "testing_criteria[0].relative_tolerance", "0 to 1")]
    [InlineData("""{"type":"text_similarity","input":"a","reference":"a","evaluation_metric":"bleu","stemming":true,"pass_threshold":1}""", "testing_criteria[0].stemming", "meteor and rouge")]
    [InlineData("""{"type":"latency","max_usd":1}""", "testing_criteria[0].max_usd", "max_ms")]
    [InlineData("""{"type":"retrieval","retrieved":"{{ item.a }}","relevant":"{{ item.b }}","metric":"map"}""", "testing_criteria[0].metric", "ndcg")]
    [InlineData("""{"type":"classification","reference":"{{ item.a }}","labels":["a","A."]}""", "testing_criteria[0].labels[1]", "like another")]
    [InlineData("""{"type":"tool_call","expected":[{"arguments":{}}]}""", "testing_criteria[0].expected[0].name", "Missing")]
    public async Task What_cannot_be_used_is_refused_by_its_field(string grader, string field, string words)
    {
        var refusal = await Grading.RefusalAsync(grader);
        Assert.Equal(field, refusal.Field);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latency_and_cost_pass_up_to_their_limit_and_abstain_where_nobody_knows()
    {
        const string Latency = """{"type":"latency","max_ms":800}""";
        Assert.Equal(1, (await Grading.JudgeAsync(Latency, "", sample: sample => sample with { LatencyMs = 800 })).Score);
        var slow = await Grading.JudgeAsync(Latency, "", sample: sample => sample with { LatencyMs = 801 });
        Assert.Equal((0, false, """{"latency_ms":801}"""), (slow.Score, slow.Passed, slow.Details!.Value.GetRawText()));
        var unknown = await Grading.JudgeAsync(Latency, "");
        Assert.Equal((null, null), (unknown.Score, unknown.Error));
        Assert.Equal(0, (await Grading.JudgeAsync("""{"type":"cost","max_usd":0.001}""", "", sample: sample => sample with { CostUsd = 0.0011m })).Score);
    }

    /// <summary>
    /// The first six results of Wikipedia's article on discounted cumulative gain, with gains 3, 2, 3, 0, 1, 2 and two further documents
    /// of gains 3 and 2 that were not found: nDCG@6 = 6.861 / 8.740 = 0.785.
    /// </summary>
    [Theory]
    [InlineData("ndcg", 6, 0.785)]
    [InlineData("precision", 6, 5 / 6.0)]
    [InlineData("precision", 10, 0.5)]
    [InlineData("recall", 6, 5 / 7.0)]
    [InlineData("recall", 2, 2 / 7.0)]
    [InlineData("hit", 1, 1)]
    [InlineData("mrr", 6, 1)]
    public async Task Retrieval_is_scored_by_rank(string metric, int k, double score)
    {
        const string Item = """{"found":["d1","d2","d3","d4",{"id":"d5","score":0.1},"d6","d1"],"gold":{"d1":3,"d2":2,"d3":3,"d4":0,"d5":1,"d6":2,"d7":3,"d8":2}}""";
        var grade = await Grading.JudgeAsync(
            $$$"""{"type":"retrieval","retrieved":"{{ item.found }}","relevant":"{{ item.gold }}","metric":"{{{metric}}}","k":{{{k}}}}""", "", Item);
        Assert.Equal(score, grade.Score!.Value, 0.0005);
    }

    [Fact]
    public async Task A_query_without_relevant_documents_abstains_and_one_without_results_scores_0()
    {
        const string Grader = """{"type":"retrieval","retrieved":"{{ item.found }}","relevant":"{{ item.gold }}","metric":"mrr"}""";
        var nothingToFind = await Grading.JudgeAsync(Grader, "", """{"found":["a"],"gold":[]}""");
        Assert.Equal((null, null), (nothingToFind.Score, nothingToFind.Error));
        Assert.Equal(0, (await Grading.JudgeAsync(Grader, "", """{"found":[],"gold":["a"]}""")).Score);
        Assert.Equal(0.5, (await Grading.JudgeAsync(Grader, "", """{"found":[2,1],"gold":[{"id":1}]}""")).Score);
    }

    [Theory]
    [InlineData("\"Card_Arrival\".", "card_arrival", true)]
    [InlineData("refund", "refund", false)]
    [InlineData("no idea", null, false)]
    public async Task A_label_is_known_by_its_letters(string output, string? predicted, bool passed)
    {
        var grade = await Grading.JudgeAsync(
            """{"type":"classification","reference":"{{ item.label }}","labels":["card_arrival","refund"]}""", output, """{"label":"card_arrival"}""");
        Assert.Equal((passed, predicted), (grade.Passed, grade.Labels!.Predicted));
    }
}
