using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Translations by themselves: text in, text out.</summary>
internal static class Translated
{
    public static Deployment Claude(string model = "claude-sonnet-4-5", UnsupportedParameters unsupported = UnsupportedParameters.Drop) =>
        On(ProviderKind.Anthropic, "https://claude.test/v1", model, unsupported);

    public static Deployment OpenAI(string model = "gpt-4o-mini") => On(ProviderKind.OpenAI, "https://api.openai.com/v1", model, UnsupportedParameters.Drop);

    public static Deployment Generic(string model = "some-model", UnsupportedParameters unsupported = UnsupportedParameters.Drop) =>
        On(ProviderKind.OpenAI, "https://vllm.test/v1", model, unsupported);

    /// <summary>The request that the provider gets, and what was left out of it.</summary>
    public static (JsonNode Request, IReadOnlyList<string> Dropped) Request(Operation operation, Deployment deployment, string request)
    {
        var (translation, context) = Begin(operation, deployment);
        var target = new ArrayBufferWriter<byte>();
        translation.WriteRequest(JsonElement.Parse(request), target);
        return (JsonNode.Parse(target.WrittenSpan)!, context.Dropped);
    }

    /// <summary>The answer that the caller gets.</summary>
    public static JsonNode Answer(Operation operation, Deployment deployment, string request, string answer)
    {
        var (translation, _) = Begin(operation, deployment);
        translation.WriteRequest(JsonElement.Parse(request), new ArrayBufferWriter<byte>());
        var target = new ArrayBufferWriter<byte>();
        translation.WriteAnswer(JsonElement.Parse(answer), target);
        return JsonNode.Parse(target.WrittenSpan)!;
    }

    /// <summary>The events that the caller gets; each of the provider's is given as its data, its name being its type.</summary>
    public static IReadOnlyList<(string? Name, string Data)> Stream(Operation operation, Deployment deployment, string request, params IReadOnlyList<string> events)
    {
        var (translation, _) = Begin(operation, deployment);
        translation.WriteRequest(JsonElement.Parse(request), new ArrayBufferWriter<byte>());
        var stream = translation.OpenStream();
        var target = new ArrayBufferWriter<byte>();
        foreach (var data in events)
        {
            var name = data.StartsWith('{') ? JsonElement.Parse(data).TryGetProperty("type", out var type) ? type.GetString() : null : null;
            stream.Take(name, Encoding.UTF8.GetBytes(data), target);
        }

        stream.End(target);
        return Frames(target.WrittenSpan);
    }

    public static List<(string? Name, string Data)> Frames(ReadOnlySpan<byte> sse)
    {
        var frames = new List<(string?, string)>();
        while (SseFrame.Length(sse, final: true) is > 0 and var length)
        {
            frames.Add((SseFrame.Event(sse[..length]), Encoding.UTF8.GetString(SseFrame.Data(sse[..length]))));
            sse = sse[length..];
        }

        return frames;
    }

    /// <summary>Fails with both texts where they are not the same JSON.</summary>
    public static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected: {JsonNode.Parse(expected)!.ToJsonString()}\nactual:   {actual?.ToJsonString()}");

    private static (Translation Translation, TranslationContext Context) Begin(Operation operation, Deployment deployment)
    {
        var context = new TranslationContext(deployment, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        return (Translations.Begin(operation, context)!, context);
    }

    private static Deployment On(ProviderKind kind, string url, string model, UnsupportedParameters unsupported) =>
        new(new Provider("p", kind, url, null, null, StreamUsage: true) { Operations = kind == ProviderKind.Anthropic ? [Operation.Messages] : [Operation.ChatCompletions] },
            model, CachePolicy.Off, TimeSpan.Zero)
        {
            UnsupportedParameters = unsupported,
        };
}
