using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Completions;

/// <summary>A completion of a prompt, made by a provider that has chat completions only: the prompt is what the user says.</summary>
internal sealed class CompletionsToChat(TranslationContext context) : Translation(Operation.Completions, Operation.ChatCompletions)
{
    /// <summary>What a completion has where nothing is said; a chat has no limit then.</summary>
    private const int DefaultMaxTokens = 16;

    private static readonly string[] Same =
        ["temperature", "top_p", "n", "stop", "seed", "user", "presence_penalty", "frequency_penalty", "logit_bias"];

    private static readonly HashSet<string> Understood =
        [.. Same, "model", "prompt", "max_tokens", "echo", "logprobs", "stream", "stream_options", "best_of", "store", "metadata"];

    private string _echo = "";

    public override void WriteRequest(JsonElement request, IBufferWriter<byte> target)
    {
        var prompt = ReadPrompt(request);
        _echo = request.IsTrue("echo") ? prompt : "";
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        json.WriteStartObject();
        json.WriteString("model", context.Deployment.Model);
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNumber("max_tokens", ReadLimit(request));
        foreach (var name in Same)
        {
            json.WriteCopy(name, request.Member(name));
        }

        if (request.Count("logprobs") is { } logprobs)
        {
            json.WriteBoolean("logprobs", true);
            json.WriteNumber("top_logprobs", logprobs);
        }

        WriteStream(json, request);
        DropRest(request);
        json.WriteEndObject();
    }

    public override void WriteAnswer(JsonElement answer, IBufferWriter<byte> target)
    {
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        BeginAnswer(json, answer);
        json.WriteStartArray("choices");
        foreach (var choice in answer.Objects("choices"))
        {
            var message = choice.Object("message") ?? throw new JsonException("The answer has a choice without a message.");
            WriteChoice(json, choice, _echo + message.Text("content"), _echo.Length);
        }

        json.WriteEndArray();
        json.WriteCopy("usage", answer.Member("usage"));
        json.WriteEndObject();
    }

    public override StreamTranslation OpenStream() => new ChatChunks(this);

    private static string ReadPrompt(JsonElement request)
    {
        var prompt = request.GetProperty("prompt");
        if (prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() == 1 && prompt[0].ValueKind == JsonValueKind.String)
        {
            prompt = prompt[0];
        }

        return prompt.ValueKind == JsonValueKind.String
            ? prompt.GetString()!
            : throw new ApiException(ApiErrors.BadRequest(
                "This model's provider has chat completions only: 'prompt' must be one string. Send several prompts as requests of their own.",
                "prompt", "unsupported_parameter"));
    }

    private static long ReadLimit(JsonElement request) => request.Member("max_tokens") is null
        ? DefaultMaxTokens
        : request.Count("max_tokens") ?? throw new ApiException(ApiErrors.BadRequest("Invalid type for 'max_tokens': expected an integer.", "max_tokens", "invalid_type"));

    /// <summary>Usage is always asked for; the caller who did not want it is not told.</summary>
    private void WriteStream(Utf8JsonWriter json, JsonElement request)
    {
        if (!request.IsTrue("stream"))
        {
            return;
        }

        json.WriteBoolean("stream", true);
        if (context.Deployment.Provider.StreamUsage)
        {
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
        }
    }

    private void DropRest(JsonElement request)
    {
        foreach (var member in request.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !Understood.Contains(member.Name))
            {
                context.Drop(member.Name);
            }
        }

        if (request.Count("best_of") > 1)
        {
            context.Drop("best_of");
        }
    }

    private void BeginAnswer(Utf8JsonWriter json, JsonElement answer)
    {
        json.WriteStartObject();
        json.WriteString("id", answer.Text("id") is { Length: > 0 } id ? $"cmpl-{id[(id.IndexOf('-', StringComparison.Ordinal) + 1)..]}" : $"cmpl-{Guid.CreateVersion7():N}");
        json.WriteString("object", "text_completion");
        json.WriteNumber("created", answer.Count("created") ?? context.Created);
        json.WriteString("model", answer.Text("model") ?? context.Deployment.Model);
        json.WriteCopy("system_fingerprint", answer.Member("system_fingerprint"));
    }

    private static void WriteChoice(Utf8JsonWriter json, JsonElement choice, string text, int offset)
    {
        json.WriteStartObject();
        json.WriteNumber("index", choice.Count("index") ?? 0);
        json.WriteString("text", text);
        json.WritePropertyName("logprobs");
        CompletionLogprobs.Write(json, choice, offset);
        json.WriteString("finish_reason", choice.Text("finish_reason") is "tool_calls" or "function_call" ? "stop" : choice.Text("finish_reason"));
        json.WriteEndObject();
    }

    /// <summary>The chunks of a chat completion as those of a completion.</summary>
    private sealed class ChatChunks(CompletionsToChat translation) : StreamTranslation
    {
        private readonly ArrayBufferWriter<byte> _data = new();
        private readonly Dictionary<long, int> _lengths = [];

        public override void Take(string? name, ReadOnlySpan<byte> data, IBufferWriter<byte> target)
        {
            if (SseFrame.IsDone(data))
            {
                target.Write(SseWriter.Done);
                return;
            }

            var chunk = JsonElement.Parse(data);
            if (chunk.Member("error") is not null)
            {
                SseWriter.Write(target, ErrorTranslation.Read(500, chunk).ToJson());
                return;
            }

            var choices = chunk.Objects("choices").Where(IsHeard).ToList();
            if (choices.Count > 0 || chunk.Object("usage") is not null)
            {
                Write(chunk, choices, target);
            }
        }

        /// <summary>The first chunk of a chat tells the role alone, which a completion does not have.</summary>
        private static bool IsHeard(JsonElement choice) => choice.Object("delta")?.Text("content") is { Length: > 0 } || choice.Text("finish_reason") is not null;

        private void Write(JsonElement chunk, List<JsonElement> choices, IBufferWriter<byte> target)
        {
            _data.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_data, JsonMembers.Relaxed))
            {
                translation.BeginAnswer(json, chunk);
                json.WriteStartArray("choices");
                foreach (var choice in choices)
                {
                    WriteChoice(json, choice);
                }

                json.WriteEndArray();
                json.WriteCopy("usage", chunk.Member("usage"));
                json.WriteEndObject();
            }

            SseWriter.Write(target, _data.WrittenSpan);
        }

        private void WriteChoice(Utf8JsonWriter json, JsonElement choice)
        {
            var index = choice.Count("index") ?? 0;
            var text = choice.Object("delta")?.Text("content") ?? "";
            if (!_lengths.TryGetValue(index, out var length))
            {
                (text, length) = (translation._echo + text, translation._echo.Length);
                _lengths[index] = 0;
            }

            CompletionsToChat.WriteChoice(json, choice, text, length);
            _lengths[index] += text.Length;
        }
    }
}
