using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>Reads <c>{"metadata": {…}}</c>, the only change that a stored completion takes.</summary>
internal static class MetadataUpdate
{
    /// <summary>Far above 16 pairs of the longest, escaped.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>The new metadata; empty for null.</summary>
    /// <exception cref="ApiException">The body is malformed or out of bounds (400).</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw Bad("The body is not valid JSON.", null);
        }
    }

    private static Dictionary<string, string> Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("metadata", out var metadata))
        {
            throw Bad("Missing required parameter: 'metadata'.", "metadata");
        }

        if (metadata.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Bad("Invalid 'metadata': expected an object of strings.", "metadata");
        }

        var pairs = new Dictionary<string, string>();
        foreach (var member in metadata.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                throw Bad("Invalid 'metadata': expected an object of strings.", $"metadata.{member.Name}");
            }

            MetadataRules.Check(member.Name, member.Value.GetString()!);
            pairs[member.Name] = member.Value.GetString()!;
        }

        MetadataRules.CheckCount(pairs.Count);
        return pairs;
    }

    private static ApiException Bad(string message, string? param) => new(ApiErrors.BadRequest(message, param));
}
