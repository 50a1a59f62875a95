using System.Text.Json.Nodes;

namespace LlmGateway.TestKit.Upstream;

/// <summary>One SSE frame with its blank line.</summary>
/// <param name="Text">As on the wire.</param>
/// <param name="CarriesText">It brings a piece of the model's text, so pace and faults count it.</param>
internal readonly record struct UpstreamFrame(string Text, bool CarriesText);

/// <summary>Composes streams.</summary>
internal static class UpstreamStreams
{
    public static IEnumerable<UpstreamFrame> Frames(UpstreamCall call) => call.Api switch
    {
        UpstreamApi.Responses => UpstreamResponses.Events(call),
        UpstreamApi.Completions => Completion(call),
        _ => Chat(call),
    };

    /// <summary>The text in as many pieces as the script wants; words when it does not say.</summary>
    public static IEnumerable<string> Pieces(UpstreamCall call)
    {
        var words = call.Text.Split(' ').Select((word, index) => index == 0 ? word : " " + word).ToArray();
        if (call.Script.ChunkCount is not { } count)
        {
            return words;
        }

        return Enumerable.Range(0, count).Select(index => words[index % words.Length]);
    }

    private static IEnumerable<UpstreamFrame> Chat(UpstreamCall call)
    {
        yield return Frame(ChatChunk(call, new JsonObject { ["role"] = "assistant", ["content"] = "" }));
        foreach (var piece in Pieces(call))
        {
            yield return Frame(ChatChunk(call, new JsonObject { ["content"] = piece }), carriesText: true);
        }

        yield return Frame(ChatChunk(call, [], call.Script.FinishReason));
        if (call.UsageInStream)
        {
            var last = ChatChunk(call, []);
            last["choices"] = new JsonArray();
            last["usage"] = UpstreamAnswers.ChatUsage(call);
            yield return Frame(last);
        }
        yield return new UpstreamFrame("data: [DONE]\n\n", CarriesText: false);
    }

    private static JsonObject ChatChunk(UpstreamCall call, JsonObject delta, string? finishReason = null) =>
        Chunk(call, "chatcmpl-upstream", "chat.completion.chunk", new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finishReason,
        });

    private static IEnumerable<UpstreamFrame> Completion(UpstreamCall call)
    {
        foreach (var piece in Pieces(call))
        {
            yield return Frame(CompletionChunk(call, piece, null), carriesText: true);
        }

        yield return Frame(CompletionChunk(call, "", call.Script.FinishReason));
        if (call.UsageInStream)
        {
            var last = CompletionChunk(call, "", null);
            last["choices"] = new JsonArray();
            last["usage"] = UpstreamAnswers.ChatUsage(call);
            yield return Frame(last);
        }
        yield return new UpstreamFrame("data: [DONE]\n\n", CarriesText: false);
    }

    private static JsonObject CompletionChunk(UpstreamCall call, string text, string? finishReason) =>
        Chunk(call, "cmpl-upstream", "text_completion", new JsonObject
        {
            ["text"] = text,
            ["index"] = 0,
            ["logprobs"] = null,
            ["finish_reason"] = finishReason,
        });

    private static JsonObject Chunk(UpstreamCall call, string id, string type, JsonObject choice)
    {
        var chunk = new JsonObject
        {
            ["id"] = id,
            ["object"] = type,
            ["created"] = UpstreamAnswers.Created,
            ["model"] = call.Model,
            ["choices"] = new JsonArray(choice),
        };
        // As OpenAI does: once usage was asked for, every chunk has the member.
        if (call.UsageAsked)
        {
            chunk["usage"] = null;
        }

        return chunk;
    }

    private static UpstreamFrame Frame(JsonObject data, bool carriesText = false) =>
        new($"data: {data.ToJsonString()}\n\n", carriesText);
}
