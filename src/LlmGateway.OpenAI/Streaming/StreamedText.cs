using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Text members that grow by pieces: joined once at the end, because a long answer has thousands of pieces.</summary>
internal sealed class StreamedText
{
    private readonly Dictionary<(JsonObject Owner, string Name), StringBuilder> _texts = [];

    public void Append(JsonObject owner, string name, string? piece)
    {
        if (!_texts.TryGetValue((owner, name), out var text))
        {
            _texts[(owner, name)] = text = new StringBuilder();
            // Keeps the member's place among the others.
            owner[name] = null;
        }

        text.Append(piece);
    }

    /// <summary>Writes the whole texts into their objects.</summary>
    public void Finish()
    {
        foreach (var ((owner, name), text) in _texts)
        {
            owner[name] = text.ToString();
        }
    }
}
