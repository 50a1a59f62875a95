using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>What is looked for, and how much of it is wanted.</summary>
internal sealed record PassageQuery
{
    /// <summary>The strategy of looking for passages, and that of taking a whole store.</summary>
    public const string Search = "search";
    public const string Stuff = "stuff";

    /// <summary>Ids or names of vector stores; nothing is found in none.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Nothing is found for a blank one.</summary>
    public required string Text { get; init; }

    /// <summary>Passages at most.</summary>
    public required int MaxResults { get; init; }

    /// <summary>Tokens of all passages at most.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>OpenAI's filters by files' attributes.</summary>
    public JsonObject? Filters { get; init; }

    /// <summary>OpenAI's <c>ranking_options</c>.</summary>
    public JsonObject? RankingOptions { get; init; }

    /// <summary>How the stores are searched, as their search has it.</summary>
    public JsonObject? Configuration { get; init; }

    /// <summary>Whether the whole stores are wanted.</summary>
    public bool IsStuffed { get; init; }

    /// <summary>The model whose tokens count.</summary>
    public required string Model { get; init; }

    /// <summary>The field that errors name.</summary>
    public required string Param { get; init; }
}
