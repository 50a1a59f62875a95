namespace LlmGateway.OpenAI;

/// <summary>One event of a streamed response; which members it has follows from its type.</summary>
public sealed record ResponseStreamEvent : WireObject
{
    /// <summary>Such as <c>response.created</c>, <c>response.output_text.delta</c> or <c>response.completed</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Counts the stream's events from 0.</summary>
    public long SequenceNumber { get; init; }

    public Response? Response { get; init; }

    public int? OutputIndex { get; init; }

    public int? ContentIndex { get; init; }

    public string? ItemId { get; init; }

    public ResponseItem? Item { get; init; }

    public ResponseContent? Part { get; init; }

    public string? Delta { get; init; }

    public string? Text { get; init; }

    public string? Arguments { get; init; }
}
