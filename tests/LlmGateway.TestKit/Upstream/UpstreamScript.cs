using System.Text.Json;

namespace LlmGateway.TestKit.Upstream;

/// <summary>How the upstream answers a request. The defaults answer at once, well and shortly.</summary>
public sealed record UpstreamScript
{
    /// <summary>HTTP status. Default 200. Any other answers <see cref="Body"/>, or OpenAI's error object.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The whole body, sent as it is in place of an answer; null (default) composes one for the request's path.</summary>
    public string? Body { get; init; }

    /// <summary>Content type of <see cref="Body"/>. Default <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers added to the answer, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The text that the model says.</summary>
    public string Text { get; init; } = "The quick brown fox jumps over the lazy dog.";

    /// <summary>The model says the request's body, byte for byte, in place of <see cref="Text"/>.</summary>
    public bool Echo { get; init; }

    /// <summary>Makes the text of the request's body; null (default) says <see cref="Text"/>.</summary>
    public Func<JsonElement, string>? Say { get; init; }

    /// <summary>Makes the vector of a text; null (default) makes one that depends on nothing but the input.</summary>
    public Func<string, float[]>? Embed { get; init; }

    /// <summary>Size of a plain answer in bytes, reached by padding its text; null (default) does not pad. Sent piece by
    /// piece, so it may be larger than the memory. Not for embeddings and models.</summary>
    public long? BodyBytes { get; init; }

    /// <summary>Number of chunks that carry text in a stream; null (default) sends one a word.</summary>
    public int? ChunkCount { get; init; }

    /// <summary>Time between two chunks of a stream. Default none.</summary>
    public TimeSpan ChunkPace { get; init; }

    /// <summary>Time before the headers. Default none.</summary>
    public TimeSpan DelayBeforeHeaders { get; init; }

    /// <summary>Awaited before the headers: lets a test hold the answer until something else has happened.</summary>
    public Func<CancellationToken, Task>? BeforeHeaders { get; init; }

    /// <summary>Awaited before each chunk of text, with its index from 0.</summary>
    public Func<int, CancellationToken, Task>? BeforeChunk { get; init; }

    public UpstreamUsage Usage { get; init; }

    /// <summary>Input tokens that <c>usage</c> reports. Default 11.</summary>
    public int InputTokens { get; init; } = 11;

    /// <summary>Output tokens that <c>usage</c> reports. Default 7.</summary>
    public int OutputTokens { get; init; } = 7;

    /// <summary>Chat's and completions' <c>finish_reason</c>. Default <c>stop</c>.</summary>
    public string FinishReason { get; init; } = "stop";

    public UpstreamFault Fault { get; init; }

    /// <summary>Chunks of text that go out before a fault in a stream. Default 2.</summary>
    public int ChunksBeforeFault { get; init; } = 2;

    /// <summary>Model names of <c>GET /models</c>.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["gpt-4o-mini", "gpt-4o", "text-embedding-3-small"];
}

/// <summary>When the upstream reports token counts.</summary>
public enum UpstreamUsage
{
    /// <summary>As OpenAI does: always in plain answers, in chat streams when <c>stream_options.include_usage</c> asks for it.</summary>
    AsAsked,

    /// <summary>Also in streams that did not ask for it.</summary>
    Always,

    /// <summary>Not even when asked.</summary>
    Never,
}

/// <summary>What goes wrong.</summary>
public enum UpstreamFault
{
    None,

    /// <summary>Sends nothing, until the client goes away.</summary>
    HangBeforeHeaders,

    /// <summary>Closes the connection before the headers.</summary>
    CutBeforeHeaders,

    /// <summary>Closes the connection in the middle of a plain body; in a stream, between two frames.</summary>
    CutInBody,

    /// <summary>Closes the connection in the middle of a stream's frame; of a plain body, as <see cref="CutInBody"/>.</summary>
    CutInFrame,

    /// <summary>Stops sending in the middle of the body or between two frames, until the client goes away.</summary>
    HangInBody,

    /// <summary>Ends well by HTTP, with JSON that breaks off; in a stream, one frame does.</summary>
    InvalidJson,

    /// <summary>A stream turns into an error frame and ends; a plain body is not touched.</summary>
    ErrorInStream,

    /// <summary>A stream ends well by HTTP, without its finish chunk and <c>[DONE]</c>; a plain body is not touched.</summary>
    EndsEarly,
}
