using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Datasets;

/// <summary>A version that is to be made of production calls.</summary>
internal sealed class CallsDraft
{
    public string Model { get; set; } = "";

    /// <summary>Pairs that calls carry, <c>key=value</c> and commas between them.</summary>
    public string Metadata { get; set; } = "";

    public string Text { get; set; } = "";

    public string Prompt { get; set; } = "";

    public DateTime? After { get; set; }

    public DateTime? Before { get; set; }

    public string FeedbackMetric { get; set; } = "";

    /// <summary>What the feedback must be; empty for anything.</summary>
    public string FeedbackValue { get; set; } = "";

    /// <summary>What becomes the reference; empty for the answer, or its newest demonstration.</summary>
    public string Output { get; set; } = "";

    public string Metric { get; set; } = "";

    public int? Sample { get; set; }

    public string Append { get; set; } = "";

    public bool Dedupe { get; set; } = true;

    public bool Splits { get; set; }

    public double Train { get; set; } = 0.8;

    public double Validation { get; set; } = 0.1;

    public double Test { get; set; } = 0.1;

    public string By { get; set; } = "";

    /// <summary>The body of <c>POST /v1/datasets/{id}/from_inferences</c>.</summary>
    public JsonObject ToBody(bool dryRun)
    {
        var body = new JsonObject { ["filter"] = ToFilter() };
        Set(body, "output", Output);
        Set(body, "metric", Metric);
        Set(body, "append", Append);
        if (Sample is { } size)
        {
            body["sample"] = new JsonObject { ["size"] = size, ["seed"] = 1 };
        }

        if (Splits)
        {
            var split = new JsonObject { ["train"] = Train, ["validation"] = Validation, ["test"] = Test };
            Set(split, "by", By);
            body["split"] = split;
        }

        if (Dedupe)
        {
            body["dedupe"] = "input";
        }

        if (dryRun)
        {
            body["dry_run"] = true;
        }

        return body;
    }

    private JsonObject ToFilter()
    {
        var filter = new JsonObject();
        Set(filter, "model", Model);
        Set(filter, "text", Text);
        Set(filter, "prompt_id", Prompt);
        Set(filter, "created_after", Day(After));
        Set(filter, "created_before", Day(Before));
        if (Metadata.Trim().Length > 0)
        {
            filter["metadata"] = ToPairs();
        }

        if (FeedbackMetric.Trim().Length > 0)
        {
            filter["feedback"] = ToCondition();
        }

        return filter;
    }

    private JsonObject ToPairs()
    {
        var pairs = new JsonObject();
        foreach (var pair in Metadata.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var text] ? (name, text) : (pair, "");
            pairs[key] = value;
        }

        return pairs;
    }

    private JsonObject ToCondition()
    {
        var condition = new JsonObject { ["metric"] = FeedbackMetric.Trim() };
        if (FeedbackValue.Trim().Length > 0)
        {
            condition["equals"] = ToValue(FeedbackValue.Trim());
        }

        return condition;
    }

    /// <summary>A truth value and a number are meant as such.</summary>
    private static JsonValue ToValue(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonValue value ? value : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Day(DateTime? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static void Set(JsonObject into, string name, string value)
    {
        if (value.Trim().Length > 0)
        {
            into[name] = value.Trim();
        }
    }
}
