using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>A response, made by a provider that has chat completions and no responses.</summary>
internal sealed class ResponsesToChat(TranslationContext context) : Translation(Operation.Responses, Operation.ChatCompletions)
{
    private ResponseEcho? _echo;

    public override void WriteRequest(JsonElement request, IBufferWriter<byte> target)
    {
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        new ChatRequest(request, context).Write(json);
        _echo = new ResponseEcho(request, context);
    }

    public override void WriteAnswer(JsonElement answer, IBufferWriter<byte> target)
    {
        var response = new GrowingResponse(_echo!, null);
        var choice = answer.Objects("choices").FirstOrDefault();
        if (choice.Object("message") is not { } message)
        {
            throw new JsonException("The answer has no message.");
        }

        response.Begin(answer, target);
        response.Add(choice, message, target);
        response.AddUsage(answer.Object("usage"));
        response.Finish(target);
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        response.Write(json);
    }

    public override StreamTranslation OpenStream() => new ChatChunks(_echo!);

    /// <summary>The chunks of a chat completion as the events of a response.</summary>
    private sealed class ChatChunks(ResponseEcho echo) : StreamTranslation
    {
        private readonly GrowingResponse _response = new(echo, new ResponseEventWriter());

        public override void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target)
        {
            if (_response.IsOver)
            {
                return;
            }

            if (SseFrame.IsDone(data))
            {
                _response.Finish(target);
                return;
            }

            var chunk = JsonElement.Parse(data);
            _response.Begin(chunk, target);
            if (chunk.Member("error") is not null)
            {
                _response.Fail(ErrorTranslation.Read(500, chunk), target);
                return;
            }

            _response.AddUsage(chunk.Object("usage"));
            foreach (var choice in chunk.Objects("choices"))
            {
                if (choice.Count("index") is null or 0)
                {
                    _response.Add(choice, choice.Object("delta") ?? default, target);
                }
            }
        }
    }
}
