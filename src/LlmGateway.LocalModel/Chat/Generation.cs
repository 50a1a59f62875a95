using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>A function that the answer may call.</summary>
internal sealed record Tool(string Name, string Description, JsonElement? Parameters);

/// <summary>What to answer, whatever endpoint asked.</summary>
internal sealed record Generation
{
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    public required Sampling Sampling { get; init; }

    /// <summary>The schema the answer must fit; an empty one for any JSON object; null for plain text.</summary>
    public JsonElement? Schema { get; init; }

    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary><c>auto</c>, <c>none</c>, <c>required</c>, or the name of the one to call.</summary>
    public string ToolChoice { get; init; } = "auto";

    public string Instructions => string.Join('\n', Turns.Where(turn => turn.Role is "system" or "developer").Select(turn => turn.Text));

    public string LastUserText => Turns.LastOrDefault(turn => turn.Role == "user").Text ?? "";
}
