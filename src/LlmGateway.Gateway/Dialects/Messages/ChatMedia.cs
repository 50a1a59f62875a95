using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Anthropic's blocks of what a user says as a chat's parts. What a model is asked about is never left out: it is refused.</summary>
internal static class ChatMedia
{
    /// <exception cref="ApiException">400: there is no such part.</exception>
    public static void Write(Utf8JsonWriter json, JsonElement block, string at)
    {
        var source = block.Object("source");
        switch (block.Kind, source?.Kind)
        {
            case ("text", _):
                WriteText(json, block.Text("text"));
                break;
            case ("image", "base64"):
                WriteImage(json, DataUrl.Write(source?.Text("media_type") ?? "image/png", source?.Text("data") ?? ""));
                break;
            case ("image", "url"):
                WriteImage(json, source?.Text("url"));
                break;
            case ("document", "text"):
                WriteText(json, source?.Text("data"));
                break;
            case ("document", "base64"):
                WriteFile(json, block.Text("title"), source!.Value);
                break;
            case ("document", "content"):
                WriteContent(json, source!.Value, at);
                break;
            case ("search_result", _):
                WriteText(json, $"{block.Text("title")} ({block.Text("source")})");
                foreach (var text in block.Objects("content"))
                {
                    WriteText(json, text.Text("text"));
                }

                break;
            case (_, "file"):
                throw Refuse(at, "A file of Anthropic's means nothing to other providers: send its data.");
            default:
                throw Refuse(at, "Models behind chat completions take text, pictures, and documents with their data.");
        }
    }

    private static void WriteContent(Utf8JsonWriter json, JsonElement source, string at)
    {
        if (source.Text("content") is { } text)
        {
            WriteText(json, text);
            return;
        }

        foreach (var block in source.Objects("content"))
        {
            Write(json, block, at);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string? text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text ?? "");
        json.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter json, string? url)
    {
        json.WriteStartObject();
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, string? title, JsonElement source)
    {
        json.WriteStartObject();
        json.WriteString("type", "file");
        json.WriteStartObject("file");
        json.WriteString("filename", title ?? "document.pdf");
        json.WriteString("file_data", DataUrl.Write(source.Text("media_type") ?? "application/pdf", source.Text("data") ?? ""));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ApiException Refuse(string param, string what) =>
        new(ApiErrors.BadRequest($"'{param}' cannot be sent to this model. {what}", param, "unsupported_content"));
}
