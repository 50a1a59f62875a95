using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What an event of a stream is to the relay.</summary>
internal enum StreamEventKind
{
    /// <summary>Part of the answer.</summary>
    Content,

    /// <summary>The usage that the caller did not ask for.</summary>
    OurUsage,

    /// <summary>The answer's end mark.</summary>
    Last,
}

/// <summary>Reads what a stream says of itself into the call's facts.</summary>
/// <param name="call">The call that the stream answers.</param>
/// <param name="usageForced">Whether the usage event was asked for by us alone.</param>
internal sealed class StreamObserver(InferenceCall call, bool usageForced)
{
    /// <summary>Whether an event told of an error.</summary>
    public bool Failed { get; private set; }

    public StreamEventKind Observe(ReadOnlySpan<byte> frame)
    {
        var data = SseFrame.Data(frame);
        if (SseFrame.IsDone(data))
        {
            return StreamEventKind.Last;
        }

        if (call.Facts.Id is not null && !MayMatter(frame))
        {
            return StreamEventKind.Content;
        }

        var facts = call.Facts;
        var hadUsage = facts.HasUsage;
        facts.HasEmptyChoices = false;
        facts.IsError = false;
        if (!AnswerReader.TryRead(data, ref facts))
        {
            return StreamEventKind.Content;
        }

        call.Facts = facts;
        Failed |= facts.IsError;
        return IsLastByType(frame) ? StreamEventKind.Last
            : usageForced && facts.HasEmptyChoices && (facts.HasUsage || hadUsage) ? StreamEventKind.OurUsage
            : StreamEventKind.Content;
    }

    /// <summary>Most events carry text only and are not parsed: what matters stands in few.</summary>
    private static bool MayMatter(ReadOnlySpan<byte> frame) =>
        frame.IndexOf("\"usage\""u8) >= 0 || frame.IndexOf("\"finish_reason\":\""u8) >= 0 || frame.IndexOf("\"error\""u8) >= 0
        || frame.IndexOf("response."u8) >= 0 || frame.IndexOf("\"finish_reason\": \""u8) >= 0
        || frame.IndexOf("\"message_stop\""u8) >= 0;

    /// <summary>The responses API and messages have no end mark: their last event says so by its type. Behind an error messages have nothing.</summary>
    private bool IsLastByType(ReadOnlySpan<byte> frame) =>
        (call.Operation == Operation.Responses && SseFrame.Event(frame) is "response.completed" or "response.incomplete" or "response.failed")
        || (call.Operation == Operation.Messages && SseFrame.Event(frame) is "message_stop" or "error");
}
