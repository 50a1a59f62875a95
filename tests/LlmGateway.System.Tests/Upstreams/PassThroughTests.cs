using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>Images, audio, moderations and realtime go to the default provider as they are.</summary>
public sealed class PassThroughTests : IClassFixture<PassThroughTests.LimitedUploads>
{
    private const int LargeFile = 3 << 20;
    private const int MaxRequest = 4 << 20;
    private const string Answer = """{"text":"what was said"}""";
    private readonly StandaloneProcess _gateway;

    public PassThroughTests(LimitedUploads uploads)
    {
        _gateway = uploads.Gateway;
        _gateway.Upstream.Script = new UpstreamScript { Body = Answer };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/v1/images/generations", """{ "model":"gpt-image-1", "prompt":"a cat",  "n":1.0 }""")]
    [InlineData("POST", "/v1/moderations", """{"input":"hello"}""")]
    [InlineData("POST", "/v1/audio/speech", """{"model":"tts-1","input":"hello","voice":"alloy"}""")]
    [InlineData("GET", "/v1/audio/voices?limit=2&after=a%2Fb", null)]
    public async Task A_request_passes_byte_for_byte_with_the_providers_key(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.SendAsync(request, Cancel);
        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Cancel));
        var sent = Last();
        Assert.Equal((method, path, body ?? ""), (sent.Method, sent.Path, sent.BodyText));
        Assert.Equal("Bearer sk-upstream-secret", sent.Headers["Authorization"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_upload_passes_untouched_sent_whole_or_in_chunks(bool chunked)
    {
        var audio = new byte[LargeFile];
        new Random(1).NextBytes(audio);
        using var form = new MultipartFormDataContent("the-boundary");
        form.Add(new StringContent("whisper-1"), "model");
        form.Add(new ByteArrayContent(audio) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, "file", "speech.wav");
        var expected = await form.ReadAsByteArrayAsync(Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/audio/transcriptions") { Content = form };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _gateway.Http.SendAsync(request, Cancel);
        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(expected, Last().Body);
        Assert.Equal("multipart/form-data; boundary=\"the-boundary\"", Last().Headers["Content-Type"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_over_the_limit_is_refused_as_too_large(bool chunked)
    {
        // Not a byte more than the gateway reads: an answer that crosses unread bytes may be lost with the connection.
        var size = MaxRequest + 1;
        var answer = await RawRequest.PostAsync(
            _gateway.BaseUrl, "/v1/audio/transcriptions",
            chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {size}",
            chunked ? [.. Encoding.ASCII.GetBytes($"{size:x}\r\n"), .. new byte[size]] : []);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("request_too_large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_back_unchanged()
    {
        var sound = string.Concat(Enumerable.Range(0, 100_000).Select(index => (char)(index % 0x250)));
        _gateway.Upstream.Script = new UpstreamScript { Body = sound, ContentType = "audio/mpeg" };
        using var response = await _gateway.Http.PostAsync("/v1/audio/speech", new StringContent("{}"), Cancel);
        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Encoding.UTF8.GetBytes(sound), await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task A_refusal_of_our_key_is_not_shown_to_the_caller()
    {
        _gateway.Upstream.Script = new UpstreamScript { Status = 401, Body = """{"error":{"message":"Incorrect API key sk-upstream-secret"}}""" };
        using var response = await _gateway.Http.PostAsync("/v1/moderations", new StringContent("{}"), Cancel);
        Assert.Equal(502, (int)response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("upstream_credentials_rejected", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-upstream", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realtime_messages_pass_both_ways()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {RunningSystem.AdminKey}");
        socket.Options.AddSubProtocol("realtime");
        socket.Options.AddSubProtocol("openai-insecure-api-key.sk-of-the-caller");
        await socket.ConnectAsync(new UriBuilder(_gateway.BaseUrl) { Scheme = "ws", Path = "/v1/realtime", Query = "model=gpt-realtime" }.Uri, Cancel);
        Assert.Equal("realtime", socket.SubProtocol);
        var buffer = new byte[1 << 20];
        foreach (var (type, size) in new[] { (WebSocketMessageType.Text, 40), (WebSocketMessageType.Binary, 200_000), (WebSocketMessageType.Text, 1) })
        {
            var message = Enumerable.Repeat((byte)'x', size).ToArray();
            await socket.SendAsync(message, type, endOfMessage: true, Cancel);
            Assert.Equal(message, await ReceiveAsync(socket, buffer));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        var sent = Last();
        Assert.Equal("/v1/realtime?model=gpt-realtime", sent.Path);
        Assert.Equal("Bearer sk-upstream-secret", sent.Headers["Authorization"]);
        Assert.DoesNotContain(sent.Headers, header => header.Value.Contains("sk-of-the-caller", StringComparison.Ordinal));
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancel);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return buffer[..length];
            }
        }
    }

    private UpstreamRequest Last() => _gateway.Upstream.Requests[^1];

    public sealed class LimitedUploads : StandaloneFixture
    {
        protected override Task<StandaloneProcess> StartAsync() => StandaloneProcess.StartAsync(("Gateway__MaxRequestBytes", $"{MaxRequest}"));
    }
}
