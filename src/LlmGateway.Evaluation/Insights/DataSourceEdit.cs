using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Insights;

/// <summary>A run's data source with one thing changed: a request of its own, that anybody could make.</summary>
internal sealed class DataSourceEdit
{
    private const string Source = "source";

    private readonly JsonObject _source;

    private DataSourceEdit(JsonObject source) => _source = source;

    public static DataSourceEdit Of(string dataSource) => new(JsonNode.Parse(dataSource)!.AsObject());

    /// <summary>How the items are asked and with what, without the items: these may be large, and stand with the run.</summary>
    public static DataSourceEdit OfRun(Run run) => Of(run.DataSource).Drop(Source);

    /// <summary>The template's messages; null where the messages are the items' own.</summary>
    private JsonArray? Messages => _source["input_messages"]?["template"] as JsonArray;

    public bool HasTemplate => Messages is not null;

    public string Json => _source.ToJsonString();

    /// <summary>The passages that a block retrieves; null without one.</summary>
    public int? RetrievedPassages => (int?)_source["context"]?["k"];

    public bool HasBlock(string name) => _source[name] is JsonObject;

    public bool RefersTo(TemplatePath path) => Contents().Any(content => Reference(path).Any(content.GetValue<string>().Contains));

    public DataSourceEdit Put(string name, JsonElement block) => With(edited => edited[name] = JsonNode.Parse(block.GetRawText()));

    public DataSourceEdit Drop(string name) => With(edited => edited.Remove(name));

    public DataSourceEdit Retrieve(int passages) => With(edited => edited["context"]!["k"] = passages);

    /// <summary>Puts another text for every reference to a value.</summary>
    public DataSourceEdit Replace(TemplatePath path, string text)
    {
        var copy = new DataSourceEdit(_source.DeepClone().AsObject());
        foreach (var content in copy.Contents().ToList())
        {
            var changed = Reference(path).Aggregate(content.GetValue<string>(), (words, reference) => words.Replace(reference, text, StringComparison.Ordinal));
            content.ReplaceWith(changed);
        }

        return copy;
    }

    /// <summary>Adds an instruction before the last message of the user.</summary>
    public DataSourceEdit Instruct(string text) => With(edited =>
    {
        var messages = edited["input_messages"]!["template"]!.AsArray();
        var last = messages.Count - 1;
        while (last > 0 && (string?)messages[last]!["role"] != "user")
        {
            last--;
        }

        messages.Insert(last, new JsonObject { ["role"] = "system", ["content"] = text });
    });

    /// <summary>Asks for JSON of a schema, as the endpoint that is called has it.</summary>
    public DataSourceEdit AskFor(JsonElement schema) => With(edited =>
    {
        var parameters = edited["sampling_params"] as JsonObject ?? [];
        edited["sampling_params"] = parameters;
        var format = new JsonObject { ["name"] = "answer", ["schema"] = JsonNode.Parse(schema.GetRawText()) };
        if ((string?)edited["type"] == "responses")
        {
            format["type"] = "json_schema";
            parameters["text"] = new JsonObject { ["format"] = format };
        }
        else
        {
            parameters["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = format };
        }
    });

    /// <summary>The same over all items of the run.</summary>
    public JsonObject OverItemsOf(Run run)
    {
        var copy = _source.DeepClone().AsObject();
        copy[Source] = JsonNode.Parse(run.DataSource)![Source]!.DeepClone();
        return copy;
    }

    /// <summary>The same over a few items, each once.</summary>
    /// <param name="content">Inline items, as a request has them.</param>
    public JsonObject Over(JsonArray content)
    {
        var copy = _source.DeepClone().AsObject();
        copy[Source] = new JsonObject { ["type"] = "file_content", ["content"] = content };
        copy.Remove("repetitions");
        if ((string?)copy["type"] != "jsonl" && copy["input_messages"] is null)
        {
            // What a dataset's items are asked with where nothing is said.
            copy["input_messages"] = new JsonObject { ["type"] = "item_reference", ["item_reference"] = "item.input" };
        }

        return copy;
    }

    private DataSourceEdit With(Action<JsonObject> change)
    {
        var copy = _source.DeepClone().AsObject();
        change(copy);
        return new DataSourceEdit(copy);
    }

    /// <summary>The texts of the messages, whole or in parts.</summary>
    private IEnumerable<JsonValue> Contents() =>
        Messages is { } messages ? messages.SelectMany(message => Texts(message!["content"])) : [];

    private static IEnumerable<JsonValue> Texts(JsonNode? content) => content switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        JsonArray parts => parts.SelectMany(Texts),
        JsonObject part => Texts(part["text"]),
        _ => [],
    };

    /// <summary>The ways in which a reference is commonly written.</summary>
    private static IEnumerable<string> Reference(TemplatePath path) => [$$$"""{{ {{{path.Text}}} }}""", $$$"""{{{{{path.Text}}}}}"""];
}
