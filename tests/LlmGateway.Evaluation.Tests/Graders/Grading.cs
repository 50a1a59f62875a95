using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Tests.Graders;

/// <summary>Reads a grader as an eval does, and has it judge one output.</summary>
internal static class Grading
{
    private static readonly JsonElement AnyItem = JsonText.Parse("""{"type":"object"}""");

    /// <param name="grader">The criterion's JSON, without its name.</param>
    /// <param name="output">The sample's text.</param>
    /// <param name="item">The item's JSON.</param>
    /// <param name="sample">More of the sample than its text.</param>
    /// <param name="options">The service's settings; null for the defaults.</param>
    public static async Task<Grade> JudgeAsync(string grader, string output, string item = "{}", Func<Sample, Sample>? sample = null, EvaluationOptions? options = null)
    {
        return await JudgeAsync(await ReadAsync(grader, options), output, item, sample);
    }

    /// <inheritdoc cref="JudgeAsync(string, string, string, Func{Sample, Sample}?, EvaluationOptions?)"/>
    public static async Task<Grade> JudgeAsync(IGrader grader, string output, string item = "{}", Func<Sample, Sample>? sample = null)
    {
        var made = (sample ?? (plain => plain))(new Sample(Sample.NoMessages, output, "m"));
        var values = new TemplateValues(JsonText.Parse(item), made.ForTemplates());
        return await grader.GradeAsync(new GradedItem(values, made, new Caller("proj_a", "key_test", Scopes.Data)), TestContext.Current.CancellationToken);
    }

    /// <summary>What the field and the words of the refusal are.</summary>
    public static async Task<(string? Field, string Message)> RefusalAsync(string grader, EvaluationOptions? options = null)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(grader, options));
        return (refusal.Error.Param, refusal.Message);
    }

    public static async Task<IGrader> ReadAsync(string grader, EvaluationOptions? options = null)
    {
        // No code grader calls a model.
        var catalog = new GraderCatalog(null!, null!, Options.Create(options ?? new EvaluationOptions()));
        var named = string.Concat("{\"name\":\"g\",", grader.AsSpan(grader.IndexOf('{', StringComparison.Ordinal) + 1));
        return (await catalog.ReadAsync(
            JsonFields.Of(JsonText.Parse($$"""{"testing_criteria":[{{named}}]}"""), ""), new TemplateScope(AnyItem, hasSample: true), TestContext.Current.CancellationToken))[0];
    }
}
