using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>A function that the answer may call.</summary>
internal sealed record Tool(string Name, string Description, JsonElement? Parameters);

/// <summary>What to answer, whatever endpoint asked.</summary>
internal sealed record Generation
{
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    public required Sampling Sampling { get; init; }

    /// <summary>The fine-tuned model that answers instead of what the prompt holds; null for the stand-in itself.</summary>
    public ILearnedModel? Learned { get; init; }

    /// <summary>The schema the answer must fit; null for none.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>The answer must be a JSON object, of whatever schema.</summary>
    public bool JsonObject { get; init; }

    /// <summary>Those that the choice allows to be called.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>One of the tools must be called, whatever the request is.</summary>
    public bool MustCall { get; init; }

    /// <summary>A request of several parts may call several tools at once.</summary>
    public bool ParallelCalls { get; init; } = true;

    public string Instructions => string.Join('\n', Turns.Where(turn => turn.Role is "system" or "developer").Select(turn => turn.Text));

    public string LastUserText => Turns.LastOrDefault(turn => turn.Role == "user").Text ?? "";
}
