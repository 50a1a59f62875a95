using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Datasets.Tests.Files;

/// <summary>Uploads as clients make them.</summary>
internal static class Uploads
{
    public static Task<HttpResponseMessage> UploadAsync(
        this HttpClient client, HttpContent content, string filename = "data.jsonl", string? purpose = "fine-tune", params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { content, "file", filename } };
        foreach (var (name, value) in purpose is null ? fields : [.. fields, ("purpose", purpose)])
        {
            form.Add(new StringContent(value), name);
        }

        return client.PostAsync("/v1/files", form);
    }

    /// <summary>Uploads text and insists that it was taken.</summary>
    public static async Task<JsonElement> FileAsync(this HttpClient client, string text, string purpose = "fine-tune", params (string Name, string Value)[] fields)
    {
        var response = await client.UploadAsync(new StringContent(text), purpose: purpose, fields: fields);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    /// <summary>A body that is sent as it stands.</summary>
    public static Task<HttpResponseMessage> PostRawAsync(this HttpClient client, string contentType, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\r\n")));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return client.PostAsync("/v1/files", content);
    }
}

/// <summary>Bytes that are made while they are sent.</summary>
/// <param name="length">How many.</param>
/// <param name="breaksOff">When the connection breaks that has sent them all; null for never.</param>
internal sealed class MadeContent(long length, Task? breaksOff = null) : HttpContent
{
    private const int Piece = 64 << 10;

    /// <summary>The byte at a place.</summary>
    public static byte At(long place) => (byte)(place * 31 >> 3);

    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        var buffer = new byte[Piece];
        for (long sent = 0; sent < length; sent += Piece)
        {
            for (var place = 0; place < Piece; place++)
            {
                buffer[place] = At(sent + place);
            }

            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(Piece, length - sent)));
        }

        if (breaksOff is not null)
        {
            await stream.FlushAsync();
            await breaksOff;
            throw new IOException("the connection is gone");
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return false;
    }
}
