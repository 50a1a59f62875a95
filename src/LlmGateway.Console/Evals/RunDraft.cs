using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Evals;

/// <summary>A run that is to be started, in its most frequent forms.</summary>
internal sealed class RunDraft
{
    public string Name { get; set; } = "";

    /// <summary>Who answers: a <c>model</c>, a <c>prompt</c> of the gateway, or what was <c>recorded</c> with logged calls.</summary>
    public string Answers { get; set; } = "model";

    public string Model { get; set; } = "";

    public string Prompt { get; set; } = "";

    /// <summary>A number, or a label; empty for the deployed one.</summary>
    public string PromptVersion { get; set; } = "";

    /// <summary>Where items come from: a <c>dataset</c>, logged <c>calls</c>, or <c>lines</c>.</summary>
    public string Source { get; set; } = "dataset";

    public string Dataset { get; set; } = "";

    public string Version { get; set; } = "latest";

    public string Split { get; set; } = "";

    public int Calls { get; set; } = 100;

    public string CallsOf { get; set; } = "";

    public string Lines { get; set; } = "";

    /// <summary>Whether the model is asked by what is written here, and not by the messages that items have.</summary>
    public bool UsesTemplate { get; set; }

    public string System { get; set; } = "";

    public string User { get; set; } = "{{ item.input }}";

    public int Repetitions { get; set; } = 1;

    public double? Temperature { get; set; }

    public int? MaxTokens { get; set; }

    /// <summary>The body of <c>POST /v1/evals/{id}/runs</c>.</summary>
    /// <exception cref="JsonException">A line is no JSON.</exception>
    public JsonObject ToBody()
    {
        var data = new JsonObject { ["type"] = "completions", ["source"] = ToSource() };
        if (Answers != "recorded")
        {
            Ask(data);
        }

        return Name.Trim().Length == 0 ? new JsonObject { ["data_source"] = data } : new JsonObject { ["name"] = Name.Trim(), ["data_source"] = data };
    }

    private void Ask(JsonObject data)
    {
        if (Model.Trim().Length > 0)
        {
            data["model"] = Model.Trim();
        }

        if (Answers == "prompt")
        {
            data["prompt"] = ToPrompt();
        }

        if (UsesTemplate)
        {
            data["input_messages"] = new JsonObject { ["type"] = "template", ["template"] = ToMessages() };
        }

        if (ToParameters() is { Count: > 0 } parameters)
        {
            data["sampling_params"] = parameters;
        }

        if (Repetitions > 1)
        {
            data["repetitions"] = Repetitions;
        }
    }

    private JsonObject ToSource() => Source switch
    {
        "dataset" => With(new JsonObject { ["type"] = "dataset", ["dataset_id"] = Dataset, ["version"] = Version.Trim().Length == 0 ? "latest" : Version.Trim() }, "split", Split),
        "calls" => With(new JsonObject { ["type"] = "inferences", ["limit"] = Calls }, "model", CallsOf),
        _ => new JsonObject { ["type"] = "file_content", ["content"] = ToContent() },
    };

    /// <summary>Each line is an item, or an object with one under <c>item</c>.</summary>
    private JsonArray ToContent()
    {
        var content = new JsonArray();
        foreach (var (index, line) in Lines.Split('\n', StringSplitOptions.TrimEntries).Index())
        {
            if (line.Length > 0)
            {
                content.Add(ToItem(index + 1, line));
            }
        }

        return content;
    }

    private static JsonObject ToItem(int number, string line)
    {
        try
        {
            var item = JsonNode.Parse(line);
            return item is JsonObject whole && whole["item"] is JsonObject ? whole : new JsonObject { ["item"] = item };
        }
        catch (JsonException)
        {
            throw new JsonException($"Line {number} is not JSON.");
        }
    }

    private JsonObject ToPrompt()
    {
        var prompt = new JsonObject { ["id"] = Prompt.Trim() };
        return int.TryParse(PromptVersion, out _) ? With(prompt, "version", PromptVersion) : With(prompt, "label", PromptVersion);
    }

    private JsonArray ToMessages()
    {
        var user = new JsonObject { ["role"] = "user", ["content"] = User };
        return System.Trim().Length == 0 ? [user] : [new JsonObject { ["role"] = "system", ["content"] = System }, user];
    }

    private JsonObject ToParameters()
    {
        var parameters = new JsonObject();
        if (Temperature is { } temperature)
        {
            parameters["temperature"] = temperature;
        }

        if (MaxTokens is { } tokens)
        {
            parameters["max_completion_tokens"] = tokens;
        }

        return parameters;
    }

    private static JsonObject With(JsonObject into, string name, string value)
    {
        if (value.Trim().Length > 0)
        {
            into[name] = value.Trim();
        }

        return into;
    }
}
