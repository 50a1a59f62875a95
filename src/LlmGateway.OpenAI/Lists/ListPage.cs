using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>One page of a list, in OpenAI's envelope.</summary>
/// <typeparam name="T">The items' type.</typeparam>
public sealed record ListPage<T>
{
    public string Object { get; set; } = "list";

    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>Id of the first item; written as null on an empty page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FirstId { get; init; }

    /// <summary>Id of the last item, which is the next page's <c>after</c>; written as null on an empty page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? LastId { get; init; }

    /// <summary>Whether items follow this page.</summary>
    public bool HasMore { get; init; }
}
