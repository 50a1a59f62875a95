using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation.Models;

/// <summary>Reads the gateway's answers.</summary>
internal static class AnswerReading
{
    public static ModelAnswer Read(byte[] body, HttpResponseHeaders headers, string requestedModel, double latencyMs)
    {
        var completion = Parse<ChatCompletion>(body);
        var content = AnswerContent.Of(completion) ?? throw new ModelException("invalid_answer", "The model's answer has no choice.");
        var usage = completion.Usage;
        return new ModelAnswer(
            content,
            new ModelUsage(
                completion.Model ?? requestedModel, 1, usage?.PromptTokens, usage?.CompletionTokens, usage is null ? null : usage.PromptTokensDetails?.CachedTokens ?? 0),
            Header(headers, "x-llmgateway-inference-id"),
            decimal.TryParse(Header(headers, "x-llmgateway-cost"), NumberStyles.Float, CultureInfo.InvariantCulture, out var cost) ? cost : null,
            latencyMs);
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

    private static string? Header(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
