using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Body of <c>POST /v1/completions</c>. What is null is the provider's default.</summary>
public sealed record CompletionRequest : WireObject
{
    public required string Model { get; init; }

    /// <summary>A string, strings, tokens, or lists of tokens.</summary>
    public JsonElement? Prompt { get; init; }

    public string? Suffix { get; init; }

    /// <summary>16 at OpenAI when absent.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    public int? N { get; init; }

    public int? BestOf { get; init; }

    public bool? Echo { get; init; }

    public int? Logprobs { get; init; }

    /// <summary>A string, or a list of up to four; see <see cref="StopSequences"/>.</summary>
    public JsonElement? Stop { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public long? Seed { get; init; }

    public string? User { get; init; }

    /// <summary>The prompts that are text, one or several; empty when the prompt is tokens.</summary>
    public IReadOnlyList<string> Prompts() => WireText.Strings(Prompt);

    /// <summary>The sequences of <see cref="Stop"/>, whichever form it has.</summary>
    public IReadOnlyList<string> StopSequences() => WireText.Strings(Stop);
}
