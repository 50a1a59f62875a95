using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>A plain answer with its citations.</summary>
internal static class CitedAnswer
{
    /// <returns>The answer; as it was where it is none of the operation.</returns>
    public static ReadOnlyMemory<byte> Cite(ReadOnlyMemory<byte> json, Operation operation, CitedSearch search)
    {
        try
        {
            if (JsonNode.Parse(json.Span) is not JsonObject answer)
            {
                return json;
            }

            if (operation == Operation.Responses)
            {
                CiteResponse(answer, search);
            }
            else
            {
                CiteChoices(answer, search);
            }

            return CitedSearch.Write(answer);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // No JSON, a member of another type, or one that stands twice.
            return json;
        }
    }

    /// <summary>Puts the search before the output, and citations to its texts.</summary>
    public static void CiteResponse(JsonObject response, CitedSearch search)
    {
        search.RestoreOwn(response);
        if (response["output"] is not JsonArray output)
        {
            return;
        }

        foreach (var item in output.OfType<JsonObject>())
        {
            CiteItem(item, search);
        }

        output.Insert(0, search.Item());
    }

    public static void CiteItem(JsonObject item, CitedSearch search)
    {
        foreach (var part in (item["content"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            CitePart(part, search);
        }
    }

    public static void CitePart(JsonObject part, CitedSearch search)
    {
        if ((string?)part["type"] != "output_text" || (string?)part["text"] is not { } text)
        {
            return;
        }

        var cited = CitedText.Whole(text, search.Passages);
        part["text"] = cited.Text;
        if (part["annotations"] is not JsonArray annotations)
        {
            part["annotations"] = annotations = [];
        }

        foreach (var citation in cited.Citations)
        {
            annotations.Add(CitedSearch.Annotation(citation, Operation.Responses));
        }

        if (cited.Text.Length != text.Length && part.ContainsKey("logprobs"))
        {
            part["logprobs"] = new JsonArray();
        }
    }

    private static void CiteChoices(JsonObject answer, CitedSearch search)
    {
        foreach (var choice in (answer["choices"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            if (choice["message"] is not JsonObject message || message["content"] is not JsonValue content || content.GetValueKind() != JsonValueKind.String)
            {
                continue;
            }

            var cited = CitedText.Whole((string)content!, search.Passages);
            if (cited.Text.Length != ((string)content!).Length)
            {
                message["content"] = cited.Text;
                choice.Remove("logprobs");
            }

            var annotations = message["annotations"] as JsonArray ?? [];
            foreach (var citation in cited.Citations)
            {
                annotations.Add(CitedSearch.Annotation(citation, Operation.ChatCompletions));
            }

            message["annotations"] = annotations.Parent is null ? annotations : annotations.DeepClone();
        }
    }
}
