using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>What a change is tried on, and by what it is judged.</summary>
public sealed class TrialPlan
{
    /// <summary>Graders that a quick eval is made of.</summary>
    public static readonly (string Type, string Name)[] Graders =
    [
        ("exact_match", "The answer is the reference (case, punctuation and articles aside)"),
        ("contains", "The answer contains the reference"),
        ("numeric", "The answer's last number is the reference's"),
        ("token_f1", "The answer shares words with the reference (F1)"),
        ("json_match", "The answer is JSON with the reference's fields"),
        ("json", "Graders of my own, as JSON"),
    ];

    public int Baseline { get; set; }

    public int Candidate { get; set; }

    public string Dataset { get; set; } = "";

    /// <summary>The version's id, as the API pins it.</summary>
    public string DatasetVersion { get; set; } = "";

    /// <summary>Empty for all items.</summary>
    public string Split { get; set; } = "";

    /// <summary>An eval's id; empty to make a quick one.</summary>
    public string Eval { get; set; } = "";

    public string Grader { get; set; } = "exact_match";

    /// <summary>The quick eval's reference, a template.</summary>
    public string Reference { get; set; } = "{{ item.reference }}";

    /// <summary>For <c>json</c>: the testing criteria.</summary>
    public string Criteria { get; set; } = "";

    /// <summary>What the user says, a template; empty for the item's input as it is.</summary>
    public string Input { get; set; } = "";

    /// <summary>How often each item is asked.</summary>
    public int Repetitions { get; set; } = 1;

    /// <summary>Fits the templates to how a dataset's items look: texts and messages go as they are, of another object the first text.</summary>
    public void FitTo(Datasets.DatasetItem? item)
    {
        Input = item is { Input.ValueKind: JsonValueKind.Object } && !item.Input.TryGetProperty("messages", out _) ? Template("input", item.Input) : "";
        Reference = item is { Reference: { ValueKind: JsonValueKind.Object } reference } ? Template("reference", reference) : "{{ item.reference }}";
    }

    /// <exception cref="Api.GatewayException">The graders are no JSON.</exception>
    public JsonObject QuickEval(string prompt, string dataset) => new()
    {
        ["name"] = $"{prompt} on {dataset}",
        ["data_source_config"] = new JsonObject { ["type"] = "custom", ["item_schema"] = new JsonObject { ["type"] = "object" }, ["include_sample_schema"] = true },
        ["testing_criteria"] = Grader switch
        {
            "json" => DraftJson.Read<JsonArray>(Criteria, "testing_criteria", "a list of graders") ?? throw DraftJson.Wrong("'testing_criteria' is empty.", "testing_criteria"),
            "contains" => new JsonArray(new JsonObject
            {
                ["type"] = "string_check",
                ["name"] = "contains",
                ["input"] = "{{ sample.output_text }}",
                ["reference"] = Reference,
                ["operation"] = "ilike",
            }),
            _ => new JsonArray(new JsonObject { ["type"] = Grader, ["name"] = Grader, ["reference"] = Reference }),
        },
    };

    public JsonObject Run(string prompt, int version) => new()
    {
        ["name"] = $"{prompt}@{version}",
        ["data_source"] = DataSource(prompt, version),
    };

    /// <summary>Whether a run was made as this one would be, so that it need not be made again.</summary>
    public bool IsOf(TrialRun run, string prompt, int version) =>
        run.IsCompleted && JsonNode.DeepEquals(JsonObject.Create(run.DataSource), DataSource(prompt, version));

    private JsonObject DataSource(string prompt, int version)
    {
        var source = new JsonObject { ["type"] = "dataset", ["dataset_id"] = Dataset, ["version"] = DatasetVersion };
        if (Split.Length > 0)
        {
            source["split"] = Split;
        }

        var data = new JsonObject { ["type"] = "completions", ["prompt"] = new JsonObject { ["id"] = prompt, ["version"] = version }, ["source"] = source };
        if (!string.IsNullOrWhiteSpace(Input))
        {
            data["input_messages"] = new JsonObject { ["type"] = "template", ["template"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Input }) };
        }

        if (Repetitions > 1)
        {
            data["repetitions"] = Repetitions;
        }

        return data;
    }

    private static string Template(string member, JsonElement value)
    {
        var text = value.EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.String).Select(part => $".{part.Name}").FirstOrDefault();
        return $"{{{{ item.{member}{text} }}}}";
    }
}
