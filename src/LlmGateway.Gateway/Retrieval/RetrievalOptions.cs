using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>What the gateway looks up for requests and prompts.</summary>
public sealed class RetrievalOptions
{
    /// <summary>How long a request waits for all that it looks up, a rewritten query included; the default is 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Tokens of passages that are put into a request which does not say how many; the default is 8,000. A model's known window may leave fewer.</summary>
    [Range(1, 10_000_000)]
    public int MaxContextTokens { get; set; } = 8_000;

    /// <summary>Tokens of a model's window that are left for its answer when a whole store is put into the request; the default is 4,096.</summary>
    [Range(0, 10_000_000)]
    public int AnswerTokens { get; set; } = 4_096;

    /// <summary>The model that makes one question of a conversation for <c>file_search</c>; null searches with the user's last message.</summary>
    public string? RewriteModel { get; set; }
}
