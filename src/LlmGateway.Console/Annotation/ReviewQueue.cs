using System.Text.Json;

namespace LlmGateway.Console.Annotation;

/// <summary>A queue of items that people judge.</summary>
/// <param name="Rubric">What reviewers are asked; null for nothing more than the name.</param>
/// <param name="Mode"><c>single</c>, or <c>pairwise</c>: which of two outputs is better.</param>
/// <param name="Metric">The feedback metric that results land in; null for none.</param>
public sealed record ReviewQueue(
    string Id, string Name, string? Rubric, string Mode, AnswerForm ReturnType, int ReviewersPerItem, int ReservationMinutes, string? Metric, string? DatasetId, QueueCounts Items,
    double CreatedAt)
{
    /// <summary>Items that nobody has to look at any more.</summary>
    public int Done => Items.Resolved + Items.Disagreement;
}

/// <param name="Pending">Which still need answers.</param>
/// <param name="Disagreement">Which reviewers answered differently.</param>
public sealed record QueueCounts(int Total, int Pending, int Disagreement, int Resolved);

/// <summary>The form of an answer.</summary>
/// <param name="Type"><c>boolean</c>, <c>number</c>, <c>categorical</c>, <c>multi</c> or <c>text</c>.</param>
public sealed record AnswerForm(string Type, IReadOnlyList<string>? Options, double? Min, double? Max, int? MaxLength);

/// <summary>An item as a reviewer sees it: without the answers of others.</summary>
/// <param name="OtherOutput">The second output of a pair.</param>
/// <param name="InferenceId">The call that gave the output; null for none.</param>
public sealed record QueueItem(
    string Id, ItemSource Source, JsonElement Input, JsonElement? Output, JsonElement? OtherOutput, JsonElement? Metadata, string? InferenceId, string Status, JsonElement? Label);

public sealed record ItemSource(string Type, string Id);

/// <param name="Item">Null if there is nothing for the reviewer at present.</param>
/// <param name="ReservedUntil">Unix seconds.</param>
public sealed record NextItem(string Reviewer, QueueItem? Item, double? ReservedUntil);

/// <summary>What people said of an item.</summary>
public sealed record QueueResult(
    string Id, ItemSource Source, string? InferenceId, string Status, JsonElement? Label, bool Adjudicated, string? Adjudicator, IReadOnlyList<GivenAnswer> Answers);

public sealed record GivenAnswer(string Reviewer, JsonElement Value, string? Comment);

/// <summary>How far reviewers agree; a coefficient that does not apply is null.</summary>
/// <param name="Items">Those with two answers or more.</param>
/// <param name="FirstChosen">Of pairs, how often the output that was shown first was chosen.</param>
public sealed record QueueAgreement(
    int Items, int Answers, IReadOnlyList<string> Reviewers, Coefficient? Percent, Coefficient? CohenKappa, Coefficient? FleissKappa, string AlphaLevel, Coefficient? KrippendorffAlpha,
    double? FirstChosen);

/// <summary>With its interval of 95 %.</summary>
public sealed record Coefficient(double Value, double? Low, double? High);

/// <param name="AlreadyThere">Items that the queue had.</param>
/// <param name="Dropped">What was left out, by the reason.</param>
public sealed record ItemsAdded(int Added, int AlreadyThere, IReadOnlyDictionary<string, int> Dropped);
