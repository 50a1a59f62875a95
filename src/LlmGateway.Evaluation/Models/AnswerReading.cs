using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation.Models;

/// <summary>Reads the gateway's answers.</summary>
internal static class AnswerReading
{
    public static ModelAnswer Read(ModelRequest request, byte[] body, HttpResponseHeaders headers, double latencyMs)
    {
        var (content, usage) = request.Api == ModelApi.Responses ? ReadResponse(request, body) : ReadCompletion(request, body);
        return new ModelAnswer(
            content,
            usage,
            headers.TryGetValues(CallHeaders.InferenceId, out var ids) ? ids.First() : null,
            CallHeaders.ReadCost(headers),
            latencyMs);
    }

    private static (AnswerContent Content, ModelUsage Usage) ReadCompletion(ModelRequest request, byte[] body)
    {
        var completion = Parse<ChatCompletion>(body);
        var content = AnswerContent.Of(completion) ?? throw new ModelException("invalid_answer", "The model's answer has no choice.");
        var usage = completion.Usage;
        return (content, new ModelUsage(
            completion.Model ?? request.Model, 1, usage?.PromptTokens, usage?.CompletionTokens, usage is null ? null : usage.PromptTokensDetails?.CachedTokens ?? 0));
    }

    private static (AnswerContent Content, ModelUsage Usage) ReadResponse(ModelRequest request, byte[] body)
    {
        var response = Parse<Response>(body);
        if (response.Status == "failed")
        {
            throw new ModelException("invalid_answer", "The model's response failed.");
        }

        var usage = response.Usage;
        return (AnswerContent.Of(response), new ModelUsage(
            response.Model ?? request.Model, 1, usage?.InputTokens, usage?.OutputTokens, usage is null ? null : usage.InputTokensDetails?.CachedTokens ?? 0));
    }

    public static IReadOnlyList<float[]> ReadVectors(byte[] body, int count)
    {
        var list = Parse<EmbeddingList>(body);
        return list.Data.Count == count
            ? [.. list.Data.OrderBy(entry => entry.Index).Select(entry => entry.ToVector())]
            : throw new ModelException("invalid_answer", $"The model returned {list.Data.Count} vectors for {count} texts.");
    }

    private static T Parse<T>(byte[] body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, OpenAIJson.TypeInfo<T>()) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ModelException("invalid_answer", "The model's answer is not what the API promises.");
        }
    }
}
