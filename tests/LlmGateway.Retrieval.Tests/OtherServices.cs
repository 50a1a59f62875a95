using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit.Upstream;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Retrieval.Tests;

/// <summary>Datasets' files, and models behind one address: files are answered here, all else by a real <see cref="UpstreamServer"/>.</summary>
internal sealed class OtherServices : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _models;

    private OtherServices(WebApplication app, UpstreamServer models)
    {
        (_app, Models) = (app, models);
        _models = new HttpClient { BaseAddress = new Uri(models.BaseUrl.GetLeftPart(UriPartial.Authority)) };
    }

    public string Address => _app.Urls.First();

    /// <summary>What embeds and answers.</summary>
    public UpstreamServer Models { get; }

    /// <summary>Files by id: their name and what is in them.</summary>
    public ConcurrentDictionary<string, (string Name, byte[] Content)> Files { get; } = new();

    /// <summary>The texts that were sent to be embedded, in the order of their calls.</summary>
    public IReadOnlyList<string> Embedded =>
    [
        .. Models.Requests.Where(request => request.Path.EndsWith("/embeddings", StringComparison.Ordinal))
            .SelectMany(request => JsonElement.Parse(Encoding.UTF8.GetString(request.Body)).GetProperty("input").EnumerateArray().Select(text => text.GetString()!)),
    ];

    public static async Task<OtherServices> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var services = new OtherServices(app, await UpstreamServer.StartAsync());
        app.Run(services.ServeAsync);
        await app.StartAsync();
        return services;
    }

    /// <summary>Adds a file.</summary>
    /// <returns>Its id.</returns>
    public string AddFile(string name, byte[] content)
    {
        var id = $"file-{Guid.CreateVersion7():N}";
        Files[id] = (name, content);
        return id;
    }

    public string AddFile(string name, string content) => AddFile(name, Encoding.UTF8.GetBytes(content));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Models.DisposeAsync();
        _models.Dispose();
    }

    private Task ServeAsync(HttpContext context) => context.Request.Path.Value!.Split('/') switch
    {
        [_, "v1", "files", var id] when Files.TryGetValue(id, out var file) =>
            context.Response.WriteAsJsonAsync(new { id, filename = file.Name, bytes = file.Content.Length }),
        [_, "v1", "files", var id, "content"] when Files.TryGetValue(id, out var file) => context.Response.Body.WriteAsync(file.Content).AsTask(),
        [_, "v1", "files", ..] => NotFoundAsync(context),
        _ => ForwardAsync(context),
    };

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString)
        {
            Content = new StreamContent(context.Request.Body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        using var response = await _models.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body);
    }
}
