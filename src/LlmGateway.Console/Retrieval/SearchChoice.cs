using System.Text.Json.Nodes;

namespace LlmGateway.Console.Retrieval;

/// <summary>How a search is made, as it is chosen in the page.</summary>
public sealed class SearchChoice
{
    public const int MaxResults = 50;

    public string Query { get; set; } = "";

    public string Mode { get; set; } = "hybrid";

    public string Fusion { get; set; } = "";

    public double? TextWeight { get; set; }

    public string Reranker { get; set; } = "none";

    /// <summary>What ranks anew, or makes something of the query.</summary>
    public string? Model { get; set; }

    public string Step { get; set; } = "";

    public double? Mmr { get; set; }

    public int Results { get; set; } = 10;

    public double? Threshold { get; set; }

    /// <summary>OpenAI's filters, as JSON.</summary>
    public string Filters { get; set; } = "";

    public bool WithHalves { get; set; } = true;

    /// <exception cref="Api.GatewayException">The filters are no JSON.</exception>
    public JsonObject ToJson()
    {
        var request = new JsonObject { ["query"] = Query, ["max_num_results"] = Results, ["configuration"] = Configuration() };
        if (Prompts.DraftJson.Read<JsonObject>(Filters, "filters", "an object, such as {\"type\": \"eq\", \"key\": \"year\", \"value\": 1628}") is { } filters)
        {
            request["filters"] = filters;
        }

        if (Threshold is { } threshold)
        {
            request["ranking_options"] = new JsonObject { ["score_threshold"] = threshold };
        }

        return request;
    }

    /// <summary>One half of the same search.</summary>
    public JsonObject Half(string mode)
    {
        var request = ToJson();
        request.Remove("ranking_options");
        (request["configuration"], request["max_num_results"]) = (new JsonObject { ["mode"] = mode }, MaxResults);
        return request;
    }

    private JsonObject Configuration()
    {
        var configuration = new JsonObject { ["mode"] = Mode };
        if (Mode == "hybrid" && (Fusion.Length > 0 || TextWeight is not null))
        {
            var fusion = new JsonObject { ["type"] = Fusion.Length > 0 ? Fusion : "min_max" };
            if (TextWeight is { } weight)
            {
                (fusion["text_weight"], fusion["embedding_weight"]) = (weight, Math.Round(1 - weight, 6));
            }

            configuration["fusion"] = fusion;
        }

        if (Reranker != "none")
        {
            configuration["reranker"] = Reranker == "llm" ? new JsonObject { ["type"] = Reranker, ["model"] = Model } : new JsonObject { ["type"] = Reranker };
        }

        if (Mmr is { } lambda)
        {
            configuration["mmr"] = new JsonObject { ["lambda"] = lambda };
        }

        if (Step.Length > 0)
        {
            configuration["query"] = new JsonObject { ["steps"] = new JsonArray(Step), ["model"] = Model };
        }

        return configuration;
    }
}
