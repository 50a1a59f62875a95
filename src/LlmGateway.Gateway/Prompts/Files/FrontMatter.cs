using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmGateway.Gateway.Prompts.Files;

/// <summary>Front matter as JSON, with the lines its parts stand in. Of YAML it takes what JSON has: no tags, anchors or aliases.</summary>
internal sealed partial class FrontMatter
{
    private const int MaxDepth = 32;

    // The first line of the file is the fence.
    private const int LinesBefore = 1;

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    private FrontMatter(JsonObject members) => Members = members;

    public JsonObject Members { get; private set; }

    /// <exception cref="PromptFileException">It is no YAML, or no mapping of members.</exception>
    public static FrontMatter Read(string text)
    {
        var frontMatter = new FrontMatter([]);
        try
        {
            frontMatter.ReadDocument(new Parser(new Scanner(new StringReader(text), skipComments: true)));
            return frontMatter;
        }
        catch (YamlException error)
        {
            throw new PromptFileException($"this is no YAML: {error.Message.TrimEnd('.')}", Line(error.Start));
        }
    }

    /// <summary>The line of a value, or of the nearest one around it.</summary>
    /// <param name="path">As System.Text.Json writes it, such as <c>$.variables[0].type</c>.</param>
    public int LineOf(string path)
    {
        for (; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (_lines.TryGetValue(path, out var line))
            {
                return line;
            }
        }

        return LinesBefore;
    }

    private void ReadDocument(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return;
        }

        parser.Consume<DocumentStart>();
        if (parser.Current is Scalar { Value: "" })
        {
            return;
        }

        var start = parser.Current!.Start;
        Members = ReadValue(parser, "$", 0) as JsonObject ?? throw new PromptFileException("members such as 'model: gpt-4o' are expected here", Line(start));
        parser.Consume<DocumentEnd>();
        if (!parser.TryConsume<StreamEnd>(out _))
        {
            throw new PromptFileException("the front matter is one document", Line(parser.Current!.Start));
        }
    }

    private JsonNode? ReadValue(Parser parser, string path, int depth)
    {
        var (read, line) = (parser.Consume<ParsingEvent>(), 0);
        line = _lines[path] = Line(read.Start);
        if (depth > MaxDepth)
        {
            throw new PromptFileException($"values nest more than {MaxDepth} deep", line);
        }

        if (read is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } || (read is NodeEvent { Tag.IsEmpty: false } and not Scalar { Tag.IsNonSpecific: true }))
        {
            throw new PromptFileException("tags, anchors and aliases are not read", line);
        }

        return read switch
        {
            Scalar scalar => Value(scalar),
            SequenceStart => ReadItems(parser, path, depth),
            MappingStart => ReadMembers(parser, path, depth),
            _ => throw new PromptFileException("a value is expected here", line),
        };
    }

    private JsonArray ReadItems(Parser parser, string path, int depth)
    {
        var items = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadValue(parser, $"{path}[{items.Count}]", depth + 1));
        }

        return items;
    }

    private JsonObject ReadMembers(Parser parser, string path, int depth)
    {
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var name))
            {
                throw new PromptFileException("a member's name is a text", Line(parser.Current!.Start));
            }

            if (members.ContainsKey(name.Value))
            {
                throw new PromptFileException($"'{name.Value}' stands here a second time", Line(name.Start));
            }

            members.Add(name.Value, ReadValue(parser, $"{path}.{name.Value}", depth + 1));
        }

        return members;
    }

    /// <summary>As YAML's JSON schema has it: what is in quotes or in a block is a text, and so is what else is nothing else.</summary>
    private static JsonNode? Value(Scalar scalar) => scalar.Style != ScalarStyle.Plain ? scalar.Value : scalar.Value switch
    {
        "null" or "~" or "" => null,
        "true" => true,
        "false" => false,
        _ when JsonNumber().IsMatch(scalar.Value) => JsonNode.Parse(scalar.Value),
        _ => scalar.Value,
    };

    private static int Line(Mark mark) => (int)mark.Line + LinesBefore;

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex JsonNumber();
}
