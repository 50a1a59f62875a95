using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>A stored item parsed, and as a conversation where it is one.</summary>
internal sealed class ItemContent
{
    public ItemContent(DatasetItem row)
    {
        Row = row;
        var draft = row.ToDraft();
        (Input, Reference, Rejected, Metadata) = (draft.Input, draft.Reference, draft.Rejected, draft.Metadata);
        Prompt = Input.ValueKind == JsonValueKind.String ? [ChatForm.MessageOf("user", Input)]
            : ChatForm.MessagesOf(Input) is { } messages ? [.. messages.EnumerateArray()]
            : [];
        Answer = AnswerOf(Reference);
        RejectedAnswer = AnswerOf(Rejected);
    }

    /// <summary>As it is stored.</summary>
    public DatasetItem Row { get; }

    public JsonElement Input { get; }

    public JsonElement? Reference { get; }

    public JsonElement? Rejected { get; }

    /// <summary>An object, or null.</summary>
    public JsonElement? Metadata { get; }

    public IEnumerable<JsonProperty> MetadataMembers => Metadata is { } metadata ? metadata.EnumerateObject() : [];

    /// <summary>The messages of the input, of which text is the user's; empty if it is no conversation.</summary>
    public IReadOnlyList<JsonElement> Prompt { get; }

    /// <summary>The reference as the assistant's message; null if it is none.</summary>
    public JsonElement? Answer { get; }

    /// <summary>The rejected output as the assistant's message; null if it is none.</summary>
    public JsonElement? RejectedAnswer { get; }

    public JsonElement? Tools => Input.Find("tools");

    /// <summary>A version's items, or one split's, page by page.</summary>
    public static IAsyncEnumerable<IReadOnlyList<ItemContent>> PagesOf(DatasetsDbContext context, DatasetVersion version, string? split, CancellationToken cancellationToken) =>
        context.ItemsOf(version, split).InPages(cancellationToken).Select(page => (IReadOnlyList<ItemContent>)[.. page.Select(item => new ItemContent(item))]);

    private static JsonElement? AnswerOf(JsonElement? output) => output is not { } value || !ChatForm.IsAnswer(value) ? null
        : value.ValueKind == JsonValueKind.String ? ChatForm.MessageOf("assistant", value) : value;
}
