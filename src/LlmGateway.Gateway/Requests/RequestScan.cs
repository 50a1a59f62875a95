using LlmGateway.Gateway.Prompts;

namespace LlmGateway.Gateway.Requests;

/// <summary>A place in the request body.</summary>
internal readonly record struct ByteRange(int Start, int End)
{
    public bool IsEmpty => End <= Start;

    public int Length => End - Start;
}

/// <summary>The top-level members that the gateway acts on; everything else stays unread bytes.</summary>
internal sealed class RequestScan
{
    public string Model { get; set; } = "";

    /// <summary>The value of <c>model</c>, quotes included.</summary>
    public ByteRange ModelValue { get; set; }

    /// <summary>The value of <c>prompt</c> where it names a managed prompt; empty when absent.</summary>
    public ByteRange PromptValue { get; set; }

    /// <summary>Whether the request is to be made from a managed prompt.</summary>
    public bool NamesPrompt => !PromptValue.IsEmpty || Model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal);

    /// <summary>The response that a response's request continues; null when absent.</summary>
    public string? PreviousResponseId { get; set; }

    /// <summary>Whether a response is to be made while its caller does not wait.</summary>
    public bool Background { get; set; }

    public bool Stream { get; set; }

    /// <summary>Where the member <c>model</c> begins.</summary>
    public int ModelName { get; set; }

    /// <summary>The value of <c>stream_options</c>; empty when absent.</summary>
    public ByteRange StreamOptions { get; set; }

    public bool IncludeUsage { get; set; }

    /// <summary><c>metadata</c> with the comma that goes with it, for cutting it out; empty when absent.</summary>
    public ByteRange MetadataMember { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    /// <summary>Null when absent.</summary>
    public bool? Store { get; set; }

    public double? Temperature { get; set; }

    public bool HasSeed { get; set; }

    public string? EndUser { get; set; }

    /// <summary>Most tokens that a choice may have, by whichever name the operation has for it; null when absent or no whole number.</summary>
    public long? MaxOutputTokens { get; set; }

    /// <summary>How many answers are asked for (<c>n</c>); null when absent or no whole number.</summary>
    public long? Choices { get; set; }

    /// <summary>The value of the operation's <see cref="Operation.FormatMember"/>; empty when absent.</summary>
    public ByteRange Format { get; set; }

    /// <summary>The value of <c>tools</c>; empty when absent.</summary>
    public ByteRange Tools { get; set; }

    /// <summary>Whether <c>file_search</c> stands in the tools, as one's type or as any other word.</summary>
    public bool NamesFileSearch { get; set; }

    /// <summary>Members that do not change an answer and so do not belong to its cache key: name start to value end.</summary>
    public List<ByteRange> NotInCacheKey { get; } = new(4);

    /// <summary>Just behind the opening brace.</summary>
    public int FirstMember { get; set; }
}
