using System.Text;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A chat's pictures and files as Anthropic's blocks. What a model is asked about is never left out: it is refused.</summary>
internal static class MessageMedia
{
    /// <summary>Writes the block's members.</summary>
    /// <exception cref="ApiException">400: there is no such block.</exception>
    public static void Write(Utf8JsonWriter json, JsonElement part, string at)
    {
        switch (part.Kind)
        {
            case "image_url" when (part.Object("image_url")?.Text("url") ?? part.Text("image_url")) is { } url:
                json.WriteString("type", "image");
                WriteSource(json, url, $"{at}.image_url");
                break;
            case "file" when part.Object("file") is { } file && file.Text("file_data") is { } data:
                json.WriteString("type", "document");
                WriteSource(json, data, $"{at}.file.file_data");
                json.WriteCopy("title", file.Member("filename"));
                break;
            case "file":
                throw Refuse(at, "A file's id means nothing to Anthropic's models: send its 'file_data'.");
            case "input_audio":
                throw Refuse(at, "Anthropic's models hear nothing: leave 'input_audio' out, or choose another provider's model.");
            default:
                throw Refuse(at, "Anthropic's models take text, 'image_url' and 'file' with 'file_data'.");
        }
    }

    private static void WriteSource(Utf8JsonWriter json, string url, string at)
    {
        json.WriteStartObject("source");
        if (DataUrl.TryRead(url) is { } data)
        {
            var isText = data.MediaType == "text/plain";
            json.WriteString("type", isText ? "text" : "base64");
            json.WriteString("media_type", data.MediaType);
            json.WriteString("data", isText ? Decode(data.Base64, at) : data.Base64);
        }
        else if (url.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            json.WriteString("type", "url");
            json.WriteString("url", url);
        }
        else
        {
            throw Refuse(at, "It must be an address (https://…) or hold its data (data:image/png;base64,…).");
        }

        json.WriteEndObject();
    }

    private static string Decode(string base64, string at)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw Refuse(at, "Its data is not base64.");
        }
    }

    private static ApiException Refuse(string param, string what) =>
        new(ApiErrors.BadRequest($"'{param}' cannot be sent to this model. {what}", param, "unsupported_content"));
}
