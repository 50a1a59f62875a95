using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>Checks an answer that came whole.</summary>
internal sealed class PlainAnswerGuard(Operation operation, TextGuard guard)
{
    public const string ContentFilter = "content_filter";

    /// <summary>What is sent to the caller, and what the log keeps of it: the same with placeholders.</summary>
    /// <param name="json">The answer as it came.</param>
    /// <param name="cancellationToken">Stops the questions to others.</param>
    public async Task<PlainAnswer> CheckAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        if (Parse(json.Span) is not { } answer)
        {
            // The forwarder lets nothing pass that is not an object; what it passes with members twice cannot be looked into.
            return new PlainAnswer(ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty, null, Readable: false);
        }

        var blockedBy = operation == Operation.Responses ? await CheckResponseAsync(answer, cancellationToken)
            : operation == Operation.Messages ? await CheckMessageAsync(answer, cancellationToken)
            : await CheckChoicesAsync(answer, cancellationToken);
        var logged = guard.Verdicts.ChangedText ? AnswerField.Write(answer) : json;
        if (guard.Placeholders.AreNone)
        {
            return new PlainAnswer(logged, logged, blockedBy);
        }

        if (operation == Operation.Messages)
        {
            Blocks(answer).ForEach(block => MessageBlock.Restore(block, guard.Placeholders));
        }
        else
        {
            AnswerField.Restore(answer, guard.Placeholders);
        }

        return new PlainAnswer(AnswerField.Write(answer), logged, blockedBy);
    }

    /// <summary>Marks a choice as OpenAI marks one that a filter stopped.</summary>
    public static void MarkBlocked(JsonObject choice, CompiledGuardrail guardrail)
    {
        choice["finish_reason"] = ContentFilter;
        choice["guardrail"] = guardrail.Name;
    }

    /// <summary>Marks a response as OpenAI marks one that a filter stopped.</summary>
    public static void MarkBlockedResponse(JsonObject response, CompiledGuardrail guardrail)
    {
        response["status"] = "incomplete";
        response["incomplete_details"] = new JsonObject { ["reason"] = ContentFilter, ["guardrail"] = guardrail.Name };
        response["output"] = new JsonArray();
    }

    /// <summary>Marks a message as Anthropic marks one that it stopped.</summary>
    public static void MarkBlockedMessage(JsonObject message, CompiledGuardrail guardrail)
    {
        message["stop_reason"] = "refusal";
        message["guardrail"] = guardrail.Name;
    }

    /// <summary>Checks the texts of a message's block, or of an object that stands for one.</summary>
    public async Task<CompiledGuardrail?> CheckBlockAsync(JsonObject block, CancellationToken cancellationToken)
    {
        if (await CheckTextsAsync(MessageBlock.Texts(block), cancellationToken) is { } guardrail)
        {
            return guardrail;
        }

        if (MessageBlock.HasInput(block))
        {
            var (input, blockedBy) = await guard.CheckAsync(MessageBlock.ReadInput(block), isContent: false, cancellationToken);
            if (blockedBy is not null)
            {
                return blockedBy;
            }

            MessageBlock.WriteInput(block, input);
        }

        return null;
    }

    private static List<JsonObject> Blocks(JsonObject message) => [.. (message["content"] as JsonArray)?.OfType<JsonObject>() ?? []];

    private async Task<CompiledGuardrail?> CheckMessageAsync(JsonObject message, CancellationToken cancellationToken)
    {
        foreach (var block in Blocks(message))
        {
            if (await CheckBlockAsync(block, cancellationToken) is { } guardrail)
            {
                MarkBlockedMessage(message, guardrail);
                message["content"] = new JsonArray();
                return guardrail;
            }
        }

        return null;
    }

    private async Task<CompiledGuardrail?> CheckChoicesAsync(JsonObject answer, CancellationToken cancellationToken)
    {
        CompiledGuardrail? blockedBy = null;
        foreach (var choice in (answer["choices"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            var isChat = operation == Operation.ChatCompletions;
            var texts = isChat ? AnswerField.In(choice["message"]) : AnswerField.In(choice).Where(text => text.Name == "text");
            if (await CheckTextsAsync(texts, cancellationToken) is not { } guardrail)
            {
                continue;
            }

            MarkBlocked(choice, guardrail);
            blockedBy ??= guardrail;
            if (isChat)
            {
                choice["message"] = new JsonObject { ["role"] = "assistant", ["content"] = null, ["refusal"] = null };
            }
            else
            {
                choice["text"] = "";
            }
        }

        // Log probabilities hold the text's tokens, as the model wrote them.
        foreach (var choice in guard.Verdicts.ChangedText ? answer["choices"]!.AsArray().OfType<JsonObject>() : [])
        {
            choice["logprobs"] = null;
        }

        return blockedBy;
    }

    private async Task<CompiledGuardrail?> CheckResponseAsync(JsonObject response, CancellationToken cancellationToken)
    {
        var blockedBy = await CheckTextsAsync(AnswerField.In(response["output"]), cancellationToken);
        if (blockedBy is not null)
        {
            MarkBlockedResponse(response, blockedBy);
        }

        return blockedBy;
    }

    private async Task<CompiledGuardrail?> CheckTextsAsync(IEnumerable<AnswerField> texts, CancellationToken cancellationToken)
    {
        foreach (var text in texts.ToList())
        {
            var (checkedText, blockedBy) = await guard.CheckAsync(text.Text, text.IsContent, cancellationToken);
            if (blockedBy is not null)
            {
                return blockedBy;
            }

            var place = text;
            place.Text = checkedText;
        }

        return null;
    }

    private static JsonObject? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var answer = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            return answer;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An answer after its checks.</summary>
/// <param name="Sent">What the caller gets.</param>
/// <param name="Logged">What the log keeps.</param>
/// <param name="BlockedBy">The guardrail that stopped it, or a choice of it.</param>
/// <param name="Readable">Whether it could be looked into at all.</param>
internal readonly record struct PlainAnswer(ReadOnlyMemory<byte> Sent, ReadOnlyMemory<byte> Logged, CompiledGuardrail? BlockedBy, bool Readable = true);
