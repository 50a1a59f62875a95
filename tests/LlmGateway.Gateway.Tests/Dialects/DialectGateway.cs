using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>One gateway with a provider of every kind; all of them are one server.</summary>
internal sealed class DialectGateway : IAsyncDisposable
{
    public const string Claude = "anthropic/claude-sonnet-4-5";
    public const string Gpt = "openai/gpt-4o-mini";

    private DialectGateway(UpstreamServer upstream, InProcessGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public UpstreamServer Upstream { get; }

    public InProcessGateway Gateway { get; }

    public static async Task<DialectGateway> StartAsync(params (string Key, string? Value)[] settings)
    {
        var upstream = await UpstreamServer.StartAsync();
        var url = upstream.BaseUrl.ToString();
        var host = url[..^"/v1".Length];
        (string, string?)[] providers =
        [
            ("Gateway:Providers:anthropic:Kind", "Anthropic"), ("Gateway:Providers:anthropic:BaseUrl", host), ("Gateway:Providers:anthropic:ApiKey", "sk-ant-secret"),
            ("Gateway:Providers:anthropic:Models:0", "claude-sonnet-4-5"),
            ("Gateway:Providers:openai:BaseUrl", url), ("Gateway:Providers:openai:ApiKey", "sk-secret"), ("Gateway:Providers:openai:Models:0", "gpt-4o-mini"),
            ("Gateway:Providers:azure:Kind", "Azure"), ("Gateway:Providers:azure:BaseUrl", host), ("Gateway:Providers:azure:ApiKey", "azure-secret"),
            ("Gateway:Providers:azure:ApiVersion", "2024-10-21"), ("Gateway:Providers:azure:Models:0", "gpt-4o-mini"),
            ("Gateway:Providers:gemini:BaseUrl", $"{host}/v1beta/openai"), ("Gateway:Providers:gemini:Models:0", "gemini-2.5-flash"),
            ("Gateway:Providers:gemini:Operations:0", "chat/completions"),
            ("Gateway:Providers:compatible:BaseUrl", url), ("Gateway:Providers:compatible:Models:0", "Qwen/Qwen3-8B"),
            ("Gateway:Providers:compatible:Operations:0", "chat/completions"),
            ("Gateway:Providers:test:Models:0", "gpt-4o-mini"),
            .. settings,
        ];
        return new DialectGateway(upstream, await InProcessGateway.StartAsync(upstream.BaseUrl, providers));
    }

    /// <summary>The model that a provider's transcripts are of.</summary>
    public static string ModelOf(string provider) => provider switch
    {
        "anthropic" => Claude,
        "gemini" => "gemini/gemini-2.5-flash",
        "compatible" => "compatible/Qwen/Qwen3-8B",
        _ => $"{provider}/gpt-4o-mini",
    };

    public static UpstreamScript Json(string body, int status = 200) => new() { Body = body, Status = status };

    public static UpstreamScript Sse(string body) => new() { Body = body, ContentType = "text/event-stream; charset=utf-8" };

    /// <summary>A stream of Anthropic's: each event by its data, with its name.</summary>
    public static UpstreamScript Events(params string[] data) =>
        Sse(string.Concat(data.Select(one => $"event: {JsonElement.Parse(one).GetProperty("type").GetString()}\ndata: {one}\n\n")));

    public async Task<Answered> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Gateway.Http.SendAsync(request);
        return new Answered(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Everything that the gateway keeps of its calls.</summary>
    public string ReadLog()
    {
        var folder = Gateway.Services.GetRequiredService<IConfiguration>()[DataFolder.Key]!;
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "spool"), "*.seg"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            all.Append(reader.ReadToEnd());
        }

        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>An answer, whole.</summary>
internal sealed record Answered(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public List<(string? Name, string Data)> Frames => Translated.Frames(Encoding.UTF8.GetBytes(Text));
}
