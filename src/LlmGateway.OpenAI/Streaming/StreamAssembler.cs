using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Turns a finished stream into the answer that the same call would have given without streaming.</summary>
public static class StreamAssembler
{
    /// <param name="operation"><c>chat.completions</c>, <c>completions</c>, <c>responses</c> or <c>messages</c>.</param>
    /// <param name="sse">The whole stream. A last event that was cut off does not count.</param>
    /// <param name="json">The answer, as far as it came.</param>
    /// <param name="complete">
    /// Whether the stream ended as it should: with its end mark, every choice with a finish reason, and no error on the
    /// way; a response by <c>response.completed</c> or <c>response.incomplete</c>; a message by <c>message_stop</c>.
    /// </param>
    /// <returns>False when nothing could be made of it.</returns>
    public static bool TryAssemble(string operation, ReadOnlySpan<byte> sse, out byte[] json, out bool complete)
    {
        json = [];
        complete = false;
        try
        {
            var answer = operation switch
            {
                "responses" => FinalResponse(sse, out complete),
                "messages" => MergeMessage(sse, out complete),
                "chat.completions" => MergeChunks(sse, "chat.completion", out complete),
                "completions" => MergeChunks(sse, "text_completion", out complete),
                _ => null,
            };
            json = answer is null ? [] : WireNode.ToBytes(answer);
            return answer is not null;
        }
        catch (Exception exception) when (
            // ArgumentException: a member that stands twice in one object.
            exception is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            complete = false;
            return false;
        }
    }

    private static JsonNode? FinalResponse(ReadOnlySpan<byte> sse, out bool complete)
    {
        JsonNode? answer = null;
        complete = false;
        while (TryNext(ref sse, out var data))
        {
            if (SseFrame.IsDone(data) || !IsAboutWhole(data) || JsonNode.Parse(data) is not JsonObject chunk)
            {
                continue;
            }

            var type = (string?)chunk["type"];
            if (type is "response.created" or "response.in_progress" or "response.completed" or "response.incomplete" or "response.failed")
            {
                answer = chunk["response"] ?? answer;
                complete |= type is "response.completed" or "response.incomplete";
            }
        }

        return answer;
    }

    /// <summary>Deltas are most of the stream and need no parsing: the events that matter hold the response itself.</summary>
    private static bool IsAboutWhole(ReadOnlySpan<byte> data) => data.IndexOf("\"response\""u8) >= 0;

    private static JsonObject? MergeChunks(ReadOnlySpan<byte> sse, string objectName, out bool complete)
    {
        var merger = new ChunkMerger();
        var done = false;
        var failed = false;
        while (!done && TryNext(ref sse, out var data))
        {
            if (SseFrame.IsDone(data))
            {
                done = true;
            }
            else if (!data.IsEmpty && JsonNode.Parse(data) is JsonObject chunk)
            {
                if (chunk["error"] is not null)
                {
                    failed = true;
                }
                else
                {
                    merger.Add(chunk);
                }
            }
        }

        complete = done && !failed && merger.IsFinished;
        return merger.Finish(objectName);
    }

    private static JsonObject? MergeMessage(ReadOnlySpan<byte> sse, out bool complete)
    {
        var merger = new MessageMerger();
        while (TryNext(ref sse, out var data))
        {
            if (!data.IsEmpty && JsonNode.Parse(data) is JsonObject said)
            {
                merger.Add(said);
            }
        }

        complete = merger.IsFinished;
        return merger.Finish();
    }

    private static bool TryNext(ref ReadOnlySpan<byte> sse, out ReadOnlySpan<byte> data)
    {
        var length = SseFrame.Length(sse, final: true);
        data = length == 0 ? default : SseFrame.Data(sse[..length]);
        sse = sse[length..];
        return length > 0;
    }
}
