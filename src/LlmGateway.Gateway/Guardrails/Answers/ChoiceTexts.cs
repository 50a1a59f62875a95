using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>The texts of one choice of a stream, each by where it stands in the pieces.</summary>
internal sealed class ChoiceTexts
{
    public Dictionary<string, (TextWindow Window, TextPath Path)> Windows { get; } = new(StringComparer.Ordinal);

    public bool HasEnded { get; set; }

    /// <summary>The texts of a piece.</summary>
    public static List<(TextPath Path, AnswerField Text)> Find(JsonNode? piece)
    {
        var found = new List<(TextPath, AnswerField)>();
        Find(piece, TextPath.Root, found);
        return found;
    }

    /// <summary>Whether a piece says something beside texts: a role, a tool call's name.</summary>
    public static bool HasMore(JsonNode? piece) => piece switch
    {
        JsonObject owner => owner.Any(member => member.Key is "role" or "name" or "id" ? member.Value is not null : HasMore(member.Value)),
        JsonArray items => items.Any(HasMore),
        _ => false,
    };

    private static void Find(JsonNode? node, TextPath path, List<(TextPath, AnswerField)> found)
    {
        if (node is JsonArray items)
        {
            for (var position = 0; position < items.Count; position++)
            {
                // Pieces of several tool calls may come mixed, each with its number.
                var number = items[position] is JsonObject item && item["index"] is JsonValue index ? (int)index : position;
                Find(items[position], path.At(number), found);
            }
        }
        else if (node is JsonObject owner)
        {
            found.AddRange(AnswerField.Of(owner).Select(text => (path.Of(text.Name), text)));
            foreach (var (name, value) in owner)
            {
                if (value is JsonObject or JsonArray && name != "logprobs")
                {
                    Find(value, path.Of(name), found);
                }
            }
        }
    }
}

/// <summary>Where a text stands in the pieces of a stream: members' names and numbers of items.</summary>
internal sealed class TextPath(TextPath? parent, string? name, int number)
{
    public static readonly TextPath Root = new(null, null, 0);

    public string Key => parent is null ? "" : name is null ? $"{parent.Key}[{number}]" : $"{parent.Key}.{name}";

    public TextPath Of(string member) => new(this, member, 0);

    public TextPath At(int item) => new(this, null, item);

    /// <summary>A piece with a text at this place and nothing else.</summary>
    public JsonObject Build(string text) => (JsonObject)Wrap(JsonValue.Create(text));

    private JsonNode Wrap(JsonNode inner)
    {
        if (parent is null)
        {
            return inner;
        }

        if (name is not null)
        {
            return parent.Wrap(new JsonObject { [name] = inner });
        }

        if (inner is JsonObject item)
        {
            item["index"] = number;
        }

        return parent.Wrap(new JsonArray(inner));
    }
}
