using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.TestKit.Upstream;

/// <summary>Composes plain answers.</summary>
internal static class UpstreamAnswers
{
    /// <summary>Fixed, so that answers are repeatable: 2025-01-01 in Unix seconds.</summary>
    public const long Created = 1735689600;

    /// <summary>Stands where padding goes; ASCII that JSON does not escape.</summary>
    public static ReadOnlySpan<byte> PaddingMark => "@@padding@@"u8;

    public static byte[] Plain(UpstreamCall call) => Encoding.UTF8.GetBytes(Compose(call).ToJsonString());

    public static byte[] Error(int status, string message) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = status switch
            {
                429 => "rate_limit_error",
                >= 500 => "server_error",
                _ => "invalid_request_error",
            },
            ["param"] = null,
            ["code"] = status == 429 ? "rate_limit_exceeded" : null,
        },
    }.ToJsonString());

    public static JsonObject ChatUsage(UpstreamCall call) => new()
    {
        ["prompt_tokens"] = call.Script.InputTokens,
        ["completion_tokens"] = call.Script.OutputTokens,
        ["total_tokens"] = call.Script.InputTokens + call.Script.OutputTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0, ["audio_tokens"] = 0 },
    };

    private static JsonObject Compose(UpstreamCall call) => call.Api switch
    {
        UpstreamApi.Chat => Chat(call),
        UpstreamApi.Completions => Completion(call),
        UpstreamApi.Responses => UpstreamResponses.Finished(call, call.Text + Mark),
        UpstreamApi.Embeddings => UpstreamEmbeddings.Answer(call),
        _ => Models(call),
    };

    private static string Mark => Encoding.ASCII.GetString(PaddingMark);

    private static JsonObject Chat(UpstreamCall call)
    {
        var answer = new JsonObject
        {
            ["id"] = "chatcmpl-upstream",
            ["object"] = "chat.completion",
            ["created"] = Created,
            ["model"] = call.Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject
                {
                    ["role"] = "assistant",
                    ["content"] = call.Text + Mark,
                    ["refusal"] = null,
                },
                ["logprobs"] = null,
                ["finish_reason"] = call.Script.FinishReason,
            }),
        };
        if (call.UsageInPlain)
        {
            answer["usage"] = ChatUsage(call);
        }

        return answer;
    }

    private static JsonObject Completion(UpstreamCall call)
    {
        var answer = new JsonObject
        {
            ["id"] = "cmpl-upstream",
            ["object"] = "text_completion",
            ["created"] = Created,
            ["model"] = call.Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["text"] = call.Text + Mark,
                ["index"] = 0,
                ["logprobs"] = null,
                ["finish_reason"] = call.Script.FinishReason,
            }),
        };
        if (call.UsageInPlain)
        {
            answer["usage"] = ChatUsage(call);
        }

        return answer;
    }

    private static JsonObject Models(UpstreamCall call) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. call.Script.Models.Select(name => new JsonObject
        {
            ["id"] = name,
            ["object"] = "model",
            ["created"] = Created,
            ["owned_by"] = "upstream",
        })]),
    };
}
