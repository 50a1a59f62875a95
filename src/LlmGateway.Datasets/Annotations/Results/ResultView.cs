using System.Text.Json;
using LlmGateway.Datasets.Annotations.Items;

namespace LlmGateway.Datasets.Annotations.Results;

/// <summary>What people said of an item.</summary>
/// <param name="Id">The item.</param>
/// <param name="Source">What it was made from.</param>
/// <param name="InferenceId">The call that gave the output.</param>
/// <param name="Status">One of <see cref="AnnotationStatus"/>.</param>
/// <param name="Label">What was found; null until then.</param>
/// <param name="Number">The label as a number, true as 1; null for other types.</param>
/// <param name="Adjudicated">Whether an adjudicator decided.</param>
/// <param name="Adjudicator">Who did; null for nobody.</param>
/// <param name="Answers">Submitted ones, by the reviewer's name.</param>
/// <param name="Swapped">Of a pair, whether the source's second output was shown as the first, <c>a</c>; null for single outputs.</param>
internal sealed record ResultView(
    string Id, SourceView Source, string? InferenceId, string Status, JsonElement? Label, double? Number, bool Adjudicated, string? Adjudicator, IReadOnlyList<AnswerView> Answers,
    bool? Swapped)
{
    public string Object { get; } = "annotation_queue.result";

    public static ResultView Of(AnnotationItem item, AnswerType type, IEnumerable<AnnotationAnswer> answers) => new(
        item.Id,
        SourceView.Of(item),
        item.InferenceId,
        item.Status,
        item.Label is null ? null : JsonElement.Parse(item.Label),
        item.Label is null ? null : type.NumberOf(item.Label),
        item.Adjudicator is not null,
        item.Adjudicator,
        [.. answers.Where(answer => answer.State == AnnotationAnswer.Submitted).Select(answer => new AnswerView(answer.Reviewer, JsonElement.Parse(answer.Value!), answer.Comment))],
        item.OtherOutput is null ? null : PairOrder.IsSwapped(item.QueueId, item.SourceId));
}

/// <summary>One reviewer's answer.</summary>
internal sealed record AnswerView(string Reviewer, JsonElement Value, string? Comment);
