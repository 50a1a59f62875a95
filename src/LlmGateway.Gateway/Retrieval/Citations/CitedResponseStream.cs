using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>Events of a response: the search stands first in its output, and each citation has an event of its own.</summary>
internal sealed class CitedResponseStream(CitedSearch search) : CitedStream(search)
{
    private readonly Dictionary<string, CitedText> _texts = new(StringComparer.Ordinal);
    private bool _isSearchTold;
    private int _sequence;

    public override void Take(JsonObject data)
    {
        var type = (string?)data["type"] ?? "";
        if (type is not ("response.created" or "response.in_progress" or "response.queued" or "error"))
        {
            TellSearch();
        }

        if (data["output_index"] is JsonValue index)
        {
            data["output_index"] = (int)index + 1;
        }

        switch (type)
        {
            case "response.output_text.delta":
                TakePiece(data);
                return;
            case "response.output_text.done":
                EndText(data);
                break;
            case "response.content_part.done" when data["part"] is JsonObject part:
                CitedAnswer.CitePart(part, Search);
                break;
            case "response.output_item.done" when data["item"] is JsonObject item:
                CitedAnswer.CiteItem(item, Search);
                break;
            default:
                CiteWhole(type, data);
                break;
        }

        Send(data);
    }

    private void CiteWhole(string type, JsonObject data)
    {
        if (data["response"] is not JsonObject response)
        {
            return;
        }

        if (type is "response.completed" or "response.incomplete" or "response.failed")
        {
            CitedAnswer.CiteResponse(response, Search);
        }
        else
        {
            Search.RestoreOwn(response);
        }
    }

    private void TakePiece(JsonObject data)
    {
        var key = Key(data);
        if (!_texts.TryGetValue(key, out var text))
        {
            _texts[key] = text = new CitedText(Search.Passages);
        }

        var piece = (string?)data["delta"] ?? "";
        var told = text.Citations.Count;
        SendPiece(data, text.Push(piece), piece);
        SendCitations(data, text, told);
    }

    private void EndText(JsonObject data)
    {
        if (!_texts.Remove(Key(data), out var text))
        {
            text = CitedText.Whole((string?)data["text"] ?? "", Search.Passages);
            data["text"] = text.Text;
            return;
        }

        var told = text.Citations.Count;
        var rest = text.End();
        if (rest.Length > 0)
        {
            var piece = At(data);
            (piece["type"], piece["logprobs"]) = ("response.output_text.delta", new JsonArray());
            SendPiece(piece, rest, "");
        }

        SendCitations(data, text, told);
        data["text"] = text.Text;
    }

    private void SendPiece(JsonObject data, string released, string piece)
    {
        if (released != piece)
        {
            data["delta"] = released;
            data.Remove("obfuscation");
            data["logprobs"] = new JsonArray();
        }

        if (released.Length > 0)
        {
            Send(data);
        }
    }

    private void SendCitations(JsonObject data, CitedText text, int told)
    {
        for (var index = told; index < text.Citations.Count; index++)
        {
            var added = At(data);
            added["type"] = "response.output_text.annotation.added";
            added["annotation_index"] = index;
            added["annotation"] = CitedSearch.Annotation(text.Citations[index], Operation.Responses);
            Send(added);
        }
    }

    private void TellSearch()
    {
        if (_isSearchTold)
        {
            return;
        }

        _isSearchTold = true;
        Send(new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = 0, ["item"] = Search.Item("in_progress") });
        foreach (var state in (string[])["in_progress", "searching", "completed"])
        {
            Send(new JsonObject { ["type"] = $"response.file_search_call.{state}", ["output_index"] = 0, ["item_id"] = Search.ItemId });
        }

        Send(new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = 0, ["item"] = Search.Item() });
    }

    /// <summary>Events were added and left out: the caller sees them numbered without gaps.</summary>
    private void Send(JsonObject data)
    {
        data["sequence_number"] = _sequence++;
        Emit(data, (string?)data["type"]);
    }

    private static JsonObject At(JsonObject data) => new()
    {
        ["item_id"] = data["item_id"]?.DeepClone(),
        ["output_index"] = data["output_index"]?.DeepClone(),
        ["content_index"] = data["content_index"]?.DeepClone(),
    };

    private static string Key(JsonObject data) => $"{data["output_index"]} {data["content_index"]}";
}
