using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>A response as OpenAI's events, in OpenAI's order.</summary>
internal static class ResponseEvents
{
    public static async Task WriteAsync(EventStream events, ResponseJson response)
    {
        events.Start();
        var number = 0;
        foreach (var json in All(response))
        {
            json["sequence_number"] = number++;
            await events.WriteAsync(json, json["type"]!.GetValue<string>());
        }
    }

    private static IEnumerable<JsonObject> All(ResponseJson response)
    {
        yield return new JsonObject { ["type"] = "response.created", ["response"] = response.InProgress() };
        yield return new JsonObject { ["type"] = "response.in_progress", ["response"] = response.InProgress() };
        foreach (var (i, item) in response.Items.Index())
        {
            yield return new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = i, ["item"] = item.Json(finished: false) };
            foreach (var json in item.Events(i))
            {
                yield return json;
            }

            yield return new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = i, ["item"] = item.Json(finished: true) };
        }

        yield return new JsonObject { ["type"] = response.Incomplete ? "response.incomplete" : "response.completed", ["response"] = response.Finished() };
    }
}
