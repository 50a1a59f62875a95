using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LlmGateway.Gateway.SemanticCaching.Caches;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>
/// What requests must have in common to share answers: project, cache, models, prompt version, namespace, and every token of the
/// body but the question's text. What is unknown here counts too, so that a new parameter never mixes answers.
/// </summary>
internal static class PartitionHash
{
    private const string Version = "1";

    /// <summary>The hash in hex.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="call">The call.</param>
    /// <param name="cacheNamespace">The caller's namespace.</param>
    /// <param name="body">The request.</param>
    /// <param name="firstEmbedded">The first message whose text does not count.</param>
    public static string Of(SemanticCache cache, InferenceCall call, string cacheNamespace, RequestBody body, int firstEmbedded)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var text in (string?[])
                [Version, cache.ProjectId, cache.Id, cache.Policy.EmbeddingModel, call.Operation.Name, call.Scan.Model, call.Deployment!.Name, cacheNamespace, call.Prompt?.Id])
            {
                writer.WriteStringValue(text);
            }

            writer.WriteNumberValue(call.Prompt?.Version ?? 0);
            WriteParameters(writer, body);
            WriteConversation(writer, body, firstEmbedded);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>In the order of names: the same parameters in another order are the same.</summary>
    private static void WriteParameters(Utf8JsonWriter writer, RequestBody body)
    {
        foreach (var member in body.Root.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (member.Name != body.Conversation && member.Name is not ("model" or "stream" or "stream_options" or "store" or "metadata"))
            {
                writer.WriteStringValue(member.Name);
                member.Value.WriteTo(writer);
            }
        }
    }

    private static void WriteConversation(Utf8JsonWriter writer, RequestBody body, int firstEmbedded)
    {
        for (var i = 0; i < body.Messages.Count; i++)
        {
            var message = body.Messages[i];
            if (i < firstEmbedded)
            {
                message.WriteTo(writer);
            }
            else if (message.ValueKind == JsonValueKind.Object)
            {
                WriteWithoutText(writer, message);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    private static void WriteWithoutText(Utf8JsonWriter writer, JsonElement message)
    {
        writer.WriteStartArray();
        foreach (var member in message.EnumerateObject().Where(member => member.Name != "content"))
        {
            writer.WriteStringValue(member.Name);
            member.Value.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
