using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Dialects.Responses;

namespace LlmGateway.Gateway.Background;

/// <summary>OpenAI's response object of one that is made in the background: as it waits, and as it was answered.</summary>
internal static class BackgroundResource
{
    /// <summary>OpenAI's codes of a response's error are a closed list; the message tells more.</summary>
    private const string ServerError = "server_error";

    /// <summary>Members of an answer that are told of the response that was asked for, not of the call that made it.</summary>
    private static readonly string[] Own = ["id", "created_at", "background", "previous_response_id", "metadata"];

    /// <summary>The response as it begins to wait.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="created">When it was asked for.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="request">The caller's request.</param>
    /// <param name="metadata">The call's tags.</param>
    public static byte[] Queued(string id, DateTimeOffset created, string model, JsonElement request, IReadOnlyDictionary<string, string>? metadata) => Write(json =>
    {
        json.WriteString("id", id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", created.ToUnixTimeSeconds());
        json.WriteString("status", BackgroundStatus.Queued);
        json.WriteNull("error");
        json.WriteNull("incomplete_details");
        json.WriteString("model", model);
        json.WriteStartArray("output");
        json.WriteEndArray();
        foreach (var (name, value) in ResponseEcho.Repeat(request))
        {
            if (name != "metadata")
            {
                json.WriteCopy(name, value);
            }
        }

        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteString("previous_response_id", request.Text("previous_response_id"));
    });

    /// <summary>The answer of a call in the response's name.</summary>
    public static byte[] Answered(JsonElement answer, byte[] queued)
    {
        using var waited = JsonDocument.Parse(queued);
        return Write(json =>
        {
            foreach (var name in Own)
            {
                json.WriteCopy(name, waited.RootElement.GetProperty(name));
            }

            foreach (var member in answer.EnumerateObject().Where(member => !Own.Contains(member.Name)))
            {
                member.WriteTo(json);
            }
        });
    }

    /// <summary>The response as it stands.</summary>
    public static byte[] Shown(ShownResponse response)
    {
        if (BackgroundStatus.Answered.Contains(response.Status))
        {
            return response.Resource;
        }

        using var resource = JsonDocument.Parse(response.Resource);
        return Write(json =>
        {
            foreach (var member in resource.RootElement.EnumerateObject())
            {
                if (member.Name == "status")
                {
                    json.WriteString("status", response.Status);
                }
                else if (member.Name == "error" && response.ErrorCode is { } code)
                {
                    WriteError(json, code, response.ErrorMessage);
                }
                else
                {
                    member.WriteTo(json);
                }
            }
        });
    }

    private static void WriteError(Utf8JsonWriter json, string code, string? message)
    {
        json.WriteStartObject("error");
        json.WriteString("code", code switch
        {
            "rate_limit_exceeded" or "insufficient_quota" => "rate_limit_exceeded",
            "invalid_prompt" => code,
            _ => ServerError,
        });
        json.WriteString("message", $"{message} ({code})");
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenSpan.ToArray();
    }
}

/// <summary>What is shown of a response.</summary>
internal sealed record ShownResponse(string Id, string Status, Guid? CallId, string? ErrorCode, string? ErrorMessage, byte[] Resource)
{
    public bool IsOpen => BackgroundStatus.Open.Contains(Status);
}
