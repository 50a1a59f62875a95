using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Translates captured requests, answers and streams without a gateway around.</summary>
internal static class Translating
{
    public static TranslationContext Context(UnsupportedParameters unsupported = UnsupportedParameters.Drop, string? previous = null, Operation? speaks = null)
    {
        var provider = new Provider("p", ProviderKind.OpenAI, "http://p/v1", null, null, StreamUsage: true) { Operations = [speaks ?? Operation.ChatCompletions] };
        var deployment = new Deployment(provider, "m", CachePolicy.Deterministic, TimeSpan.FromMinutes(1)) { UnsupportedParameters = unsupported };
        return new TranslationContext(deployment, DateTimeOffset.FromUnixTimeSeconds(1_767_323_045)) { PreviousResponseId = previous };
    }

    public static JsonElement Request(this Translation translation, string request)
    {
        var target = new ArrayBufferWriter<byte>();
        translation.WriteRequest(JsonElement.Parse(Encoding.UTF8.GetBytes(request)), target);
        return JsonElement.Parse(target.WrittenSpan);
    }

    public static string Answer(this Translation translation, string answer)
    {
        var target = new ArrayBufferWriter<byte>();
        translation.WriteAnswer(JsonElement.Parse(Encoding.UTF8.GetBytes(answer)), target);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    /// <summary>The data of the events that come of a stream's events.</summary>
    public static List<JsonElement> Stream(this Translation translation, params IEnumerable<string> events) =>
        [.. translation.Events(events).Where(data => data != "[DONE]").Select(data => JsonElement.Parse(Encoding.UTF8.GetBytes(data)))];

    /// <inheritdoc cref="Stream"/>
    public static List<string> Events(this Translation translation, params IEnumerable<string> events)
    {
        var target = new ArrayBufferWriter<byte>();
        var stream = translation.OpenStream();
        foreach (var data in events)
        {
            stream.Take(null, Encoding.UTF8.GetBytes(data), target);
        }

        stream.End(target);
        List<string> told = [];
        for (var rest = target.WrittenMemory; SseFrame.Length(rest.Span, final: true) is > 0 and var length; rest = rest[length..])
        {
            told.Add(Encoding.UTF8.GetString(SseFrame.Data(rest.Span[..length])));
        }

        return told;
    }

    public static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Encoding.UTF8.GetBytes(expected)), actual), actual.GetRawText());
}
